import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchFiles } from './file-watcher';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'herdscope-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('tells once of a certificate and a key that were replaced, and of nothing after its end', async () => {
  const files = ['cert.pem', 'key.pem'].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, 'old');
  const told = vi.fn();
  const end = watchFiles(files, told, 20);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(told).not.toHaveBeenCalled();
  for (const file of files) {
    writeFileSync(`${file}.new`, 'new one');
    renameSync(`${file}.new`, file);
  }
  await vi.waitFor(() => expect(told).toHaveBeenCalled(), 5000);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(told).toHaveBeenCalledTimes(1);
  end();
  for (const file of files) writeFileSync(file, 'newer still');
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(told).toHaveBeenCalledTimes(1);
});

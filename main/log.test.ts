import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { log, setLogFolder } from './log';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'herdscope-log-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the log', () => {
  it('goes to its file, with what failed and where', async () => {
    const path = join(folder, 'logs', 'herdscope.log');
    setLogFolder(join(folder, 'logs'));
    expect(existsSync(path)).toBe(false);
    log('warn', 'the first line');
    log('error', 'a request', new Error('went wrong'));
    await vi.waitFor(() => {
      expect(readFileSync(path, 'utf8')).toContain('went wrong');
    });
    expect(readFileSync(path, 'utf8')).toMatch(
      /\[warn\] +the first line\n.*\[error\] +a request: Error: went wrong\n +at /,
    );
  });
});

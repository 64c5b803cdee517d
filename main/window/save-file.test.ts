import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow, SaveDialogOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileName, saveFile } from './save-file';

// The system's dialog is the one part that stands in here: a person chooses in it.
const noWindow = {} as BrowserWindow;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herdscope-save-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const choosing = (filePath: string | null, asked: SaveDialogOptions[] = []) => ({
  showSaveDialog: (_window: unknown, options?: SaveDialogOptions) => {
    if (options) asked.push(options);
    return Promise.resolve({ canceled: filePath === null, filePath: filePath ?? '' });
  },
});

describe('saveFile', () => {
  it('writes text and bytes where the person said', async () => {
    const path = join(folder, 'tree.svg');
    const asked: SaveDialogOptions[] = [];
    const file = { name: 'tree of a/b', kind: 'svg', content: '<svg/>' } as const;
    expect(await saveFile(file, noWindow, choosing(path, asked), folder)).toEqual({ ok: true, value: path });
    expect(await readFile(path, 'utf8')).toBe('<svg/>');
    expect(asked[0]?.defaultPath).toBe(join(folder, 'tree of a-b.svg'));

    await saveFile({ name: 'x', kind: 'png', content: new Uint8Array([1, 2, 3]) }, noWindow, choosing(path), folder);
    expect([...(await readFile(path))]).toEqual([1, 2, 3]);
  });

  it('writes nothing when the person chose nothing', async () => {
    const file = { name: 'x', kind: 'csv', content: 'a,b' } as const;
    expect(await saveFile(file, noWindow, choosing(null), folder)).toEqual({ ok: true, value: null });
  });

  it('says what the system said when the file cannot be written', async () => {
    const path = join(folder, 'no', 'such', 'folder.svg');
    const saved = await saveFile({ name: 'x', kind: 'svg', content: '' }, noWindow, choosing(path), folder);
    expect(saved.ok).toBe(false);
    if (!saved.ok) expect(saved.error.message).toContain('ENOENT');
  });
});

describe('fileName', () => {
  it('leaves an ordinary name alone', () => {
    expect(fileName('pg-main timeline 3')).toBe('pg-main timeline 3');
    expect(fileName('кластер')).toBe('кластер');
  });

  it.each(['..', '/', '...', '', 'NUL', 'com1', '\u202e'])('makes %j one that can be a file', (name) => {
    expect(fileName(name)).toMatch(/^(herdscope|-)$/);
  });

  it.each(['con.x', 'LPT1.2026', 'con .x', 'COM¹', 'conin$', 'lpt³.txt'])('makes no device of %j', (name) => {
    expect(fileName(name)).toBe('herdscope');
  });

  it('fits a file system in bytes, and cuts no character in two', () => {
    const long = fileName('🐘'.repeat(200));
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(200);
    expect(long).toMatch(/^🐘+$/u);
  });

  it('holds no half of a character', () => {
    expect(fileName('a\ud800b')).toBe('a-b');
    expect(fileName('🐘')).toBe('🐘');
  });

  it('leads to no other folder', () => {
    expect(fileName('../../etc/passwd')).not.toMatch(/[/\\]|^\./);
  });
});

import { describe, expect, it } from 'vitest';
import { menuCommands } from '../app/ipc/contract';
import { keyName, keysOf, type KeyPress, shortcutFor, shortcutGroups, tabOrder } from './shortcuts';

const press = (key: string, rest: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrl: false,
  meta: false,
  alt: false,
  shift: false,
  inText: false,
  ...rest,
});
const command = (press: KeyPress, darwin = false): string | null => {
  const action = shortcutFor(press, darwin);
  return action?.kind === 'command' ? action.command : null;
};

describe('keyboard shortcuts', () => {
  it('open the palette with Ctrl K, on a Mac with Cmd K, also while typing', () => {
    expect(command(press('k', { ctrl: true, inText: true }))).toBe('palette');
    expect(command(press('K', { ctrl: true }))).toBe('palette');
    expect(command(press('k', { meta: true }), true)).toBe('palette');
    expect(command(press('k', { meta: true }))).toBeNull();
    expect(command(press('k', { ctrl: true }), true)).toBeNull();
  });

  it('do nothing with keys that type something', () => {
    for (const key of ['?', '1', '2']) expect(shortcutFor(press(key, { inText: true }), false)).toBeNull();
    expect(shortcutFor(press('k'), false)).toBeNull();
    expect(shortcutFor(press('ArrowDown', { alt: true, inText: true }), false)).toBeNull();
  });

  it('leave other combinations to the system', () => {
    expect(command(press('k', { ctrl: true, shift: true }))).toBeNull();
    expect(command(press('k', { ctrl: true, alt: true }))).toBeNull();
    expect(shortcutFor(press('1', { ctrl: true }), false)).toBeNull();
  });

  it('go from cluster to cluster and from page to page', () => {
    expect(command(press('ArrowDown', { alt: true }))).toBe('next-cluster');
    expect(command(press('ArrowUp', { ctrl: true }))).toBe('previous-cluster');
    expect(tabOrder.map((_, i) => shortcutFor(press(String(i + 1)), false))).toEqual(
      tabOrder.map(({ tab }) => ({ kind: 'tab', tab })),
    );
    expect(shortcutFor(press('9'), false)).toBeNull();
  });

  it('show the help with a question mark, whatever keys that takes', () => {
    expect(command(press('?', { shift: true }))).toBe('shortcuts');
    expect(command(press('F1', { inText: true }))).toBe('shortcuts');
  });

  it('are shown as they work', () => {
    const held: Record<string, Partial<KeyPress>> = { Mod: { ctrl: true }, Alt: { alt: true } };
    const names: Record<string, string> = { '↓': 'ArrowDown', '↑': 'ArrowUp' };
    for (const each of menuCommands) {
      const keys = keysOf(each);
      const key = keys.at(-1) ?? '';
      const modifier = keys.length > 1 ? held[keys[0] ?? ''] : {};
      expect(command(press(names[key] ?? key, modifier))).toBe(each);
    }
  });

  it('are all on the page that lists them', () => {
    const listed = shortcutGroups.flatMap(({ shortcuts }) => shortcuts.flatMap(({ keys }) => keys)).map(String);
    for (const each of menuCommands) expect(listed).toContain(String(keysOf(each)));
  });

  it('have the names of the platform’s keys', () => {
    expect(keyName('Mod', true)).toBe('⌘');
    expect(keyName('Mod', false)).toBe('Ctrl');
    expect(keyName('K', true)).toBe('K');
  });
});

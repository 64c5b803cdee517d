import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { type BeginningKind, beginningKinds } from '../../app/ipc/beginnings';
import { type MenuCommand, menuCommands, type Settings } from '../../app/ipc/contract';
import { menuTemplate } from './menu';

const settings: Settings = { theme: 'dark', notifications: true, practice: false };

function flat(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
}

function press(item: MenuItemConstructorOptions): void {
  // The menu's own items ignore what Electron hands to a click.
  (item.click as (() => void) | undefined)?.();
}

describe.each(['linux', 'darwin', 'win32'] as const)('the menu on %s', (platform) => {
  it('has every command of the contract once, each accelerator once', () => {
    const commands: MenuCommand[] = [];
    const items = flat(
      menuTemplate(
        platform,
        settings,
        { command: (c) => commands.push(c), change: () => undefined, begin: () => undefined, showLog: () => undefined },
        false,
        [],
      ),
    );
    items.filter(({ type, id }) => type === undefined && id === undefined).forEach(press);
    expect([...commands].sort()).toEqual([...menuCommands].sort());
    const accelerators = items.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(accelerators).size).toBe(accelerators.length);
  });

  it('shows the settings as they are, and changes them', () => {
    const changes: Partial<Settings>[] = [];
    const items = flat(
      menuTemplate(
        platform,
        settings,
        { command: () => undefined, change: (c) => changes.push(c), begin: () => undefined, showLog: () => undefined },
        false,
        [],
      ),
    );
    expect(items.filter(({ checked }) => checked).map(({ label }) => label)).toEqual(['Dark', 'Notifications']);
    items.filter(({ type }) => type === 'radio' || type === 'checkbox').forEach(press);
    expect(changes).toEqual([
      { theme: 'system' },
      { theme: 'dark' },
      { theme: 'light' },
      { notifications: false },
      { practice: true },
    ]);
  });

  it('has every operation once, and only those that can be begun are not dimmed', () => {
    const begun: BeginningKind[] = [];
    const items = flat(
      menuTemplate(
        platform,
        settings,
        {
          command: () => undefined,
          begin: (kind) => begun.push(kind),
          change: () => undefined,
          showLog: () => undefined,
        },
        false,
        ['switchover', 'pause'],
      ),
    ).filter(({ id }) => id !== undefined);
    items.forEach(press);
    expect(begun).toEqual(beginningKinds);
    expect(items.filter(({ enabled }) => enabled).map(({ label }) => label)).toEqual(['Switchover…', 'Pause…']);
  });

  it('has the developer tools only while developing', () => {
    const roles = (development: boolean): unknown[] =>
      flat(
        menuTemplate(
          platform,
          settings,
          { command: () => undefined, change: () => undefined, begin: () => undefined, showLog: () => undefined },
          development,
          [],
        ),
      ).map(({ role }) => role);
    expect(roles(false)).not.toContain('toggleDevTools');
    expect(roles(false)).not.toContain('reload');
    expect(roles(true)).toContain('toggleDevTools');
  });
});

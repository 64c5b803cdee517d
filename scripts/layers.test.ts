import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from './repository';

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** A repository in small that keeps every rule. */
const clean = {
  'app/ipc/contract.ts': `export const channel = 'feed';\n`,
  'app/cluster/member.ts': `export interface Member { readonly name: string }\nexport const pg1: Member = { name: 'pg1' };\n`,
  'main/index.ts': `import { readFileSync } from 'node:fs';\nimport { app } from 'electron';\nimport { pg1 } from '../app/cluster/member';\nconsole.log(app, pg1, readFileSync);\n`,
  'preload/index.ts': `import { channel } from '../app/ipc/contract';\nconsole.log(channel);\n`,
  'renderer/main.tsx': `import { pg1 } from '../app/cluster/member';\nimport { channel } from '../app/ipc/contract';\nimport { view } from './view';\nconsole.log(pg1, channel, view);\n`,
  'renderer/view.ts': `export const view = 1;\n`,
  'lab/herd.ts': `export const herd = 1;\n`,
  'contract/rules.ts': `export const rules = 1;\n`,
};

/** The violations that `npm run check` would find in the small repository with these files put in or replaced. */
async function violationsWith(planted: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'herdscope-layers-'));
  folders.push(folder);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'tsconfig.base.json', 'package.json'])
    await cp(join(root, name), join(folder, name));
  for (const [file, text] of Object.entries({ ...clean, ...planted })) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  const command = [join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), '--output-type', 'json'];
  const printed = await new Promise<string>((resolve) => {
    execFile(process.execPath, [...command, 'app', 'main', 'preload', 'renderer'], { cwd: folder }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const { summary } = JSON.parse(printed) as { readonly summary: { readonly violations: readonly Violation[] } };
  return [...new Set(summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`))].sort();
}

describe('the layers', () => {
  it('allow app in main and renderer, the contract in preload, Node and Electron in main', async () => {
    expect(await violationsWith({})).toEqual([]);
  });

  it('are held where one is broken', async () => {
    const violations = await violationsWith({
      'app/cluster/node.ts': `import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n`,
      'app/cluster/promises.ts': `import { readFile } from 'fs/promises';\nexport const read = readFile;\n`,
      'app/cluster/electron.ts': `import type { App } from 'electron';\nexport type Program = App;\n`,
      'app/cluster/react.ts': `import { useState } from 'react';\nexport const use = useState;\n`,
      'app/cluster/ours.ts': `import { herd } from '../../lab/herd';\nexport const ours = herd;\n`,
      'app/cluster/dead.ts': `export const dead = 1;\n`,
      'app/cluster/left.ts': `import { right } from './right';\nexport const left = (): number => right();\n`,
      'app/cluster/right.ts': `import { left } from './left';\nexport const right = (): number => left();\n`,
      'app/cluster/lost.ts': `import { nowhere } from './nowhere';\nexport const lost = nowhere;\n`,
      'main/rules.ts': `import { rules } from '../contract/rules';\nexport const ours = rules;\n`,
      'main/page.ts': `import { view } from '../renderer/view';\nexport const page = view;\n`,
      'preload/model.ts': `import { pg1 } from '../app/cluster/member';\nexport const model = pg1;\n`,
      'renderer/lab.ts': `import { herd } from '../lab/herd';\nexport const lab = herd;\n`,
      'renderer/store.ts': `import { Etcd3 } from 'etcd3';\nexport const store = Etcd3;\n`,
      'renderer/schema.ts': `import { z } from 'zod';\nexport const schema = z;\n`,
    });
    expect(violations).toEqual(
      expect.arrayContaining([
        'app/cluster/dead.ts: no-orphans',
        'app/cluster/electron.ts: app-reaches-no-platform',
        'app/cluster/left.ts: no-circles',
        'app/cluster/lost.ts: nothing-unresolved',
        'app/cluster/node.ts: app-reaches-no-platform',
        'app/cluster/ours.ts: app-imports-nothing-of-ours',
        'app/cluster/promises.ts: app-reaches-no-platform',
        'app/cluster/react.ts: app-reaches-no-platform',
        'main/page.ts: main-imports-app-only',
        'main/rules.ts: main-imports-app-only',
        'preload/model.ts: preload-imports-the-contract-only',
        'renderer/lab.ts: renderer-imports-app-only',
        'renderer/schema.ts: renderer-validates-nothing',
        'renderer/store.ts: renderer-reaches-no-node-or-electron',
      ]),
    );
  });

  it('are held over several steps: the page does not reach Node through a file that may', async () => {
    const violations = await violationsWith({
      'app/cluster/member.ts': `import { deeper } from './deeper';\nexport const pg1 = deeper;\n`,
      'app/cluster/deeper.ts': `import { hostname } from 'node:os';\nexport const deeper = hostname();\n`,
    });
    expect(violations).toContain('renderer/main.tsx: renderer-reaches-no-node-or-electron');
  });
});

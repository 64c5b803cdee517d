// npm run package: the unpacked app for this system in dist/. `-- --release` makes what is given to users, which the fallback Electron may not be in.
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { build, ensureBuilt } from './build';
import { ensureElectron, packageVersion, type Electron } from './electron';
import { say } from './prepare';
import { root } from './repository';
import { runNode } from './run';

const { values } = parseArgs({
  options: { release: { type: 'boolean', default: false }, output: { type: 'string', default: 'dist' } },
});
process.exitCode = await makePackage(values);

async function makePackage({
  release,
  output,
}: {
  readonly release: boolean;
  readonly output: string;
}): Promise<number> {
  const electron = await ensureElectron(say);
  if (!electron.ok) {
    say(electron.error);
    return 1;
  }
  const { dist, version, kind } = electron.value;
  if (release && (kind === 'fallback' || version !== packageVersion())) {
    say(
      `a release carries the Electron of package.json, ${packageVersion()}; here is only ${version ?? 'one of an unknown version'}. Nothing was packaged.`,
    );
    return 1;
  }
  if (!(await (release ? build(say) : ensureBuilt(say)))) return 1;

  const config = join(root, '.cache/electron-builder.json');
  await mkdir(join(root, '.cache'), { recursive: true });
  await writeFile(config, JSON.stringify(await configuration(electron.value, output, release), null, 2));
  const { code } = await runNode(
    'node_modules/electron-builder/cli.js',
    [...(release ? [] : ['--dir']), '--publish=never', '--config', config],
    { show: true },
  );
  if (code === 0) say(`packaged with Electron ${version ?? 'of an unknown version'} into ${output}/`);
  return code;

  async function configuration(electron: Electron, folder: string, complete: boolean): Promise<object> {
    const written = parse(await readFile(join(root, 'electron-builder.yml'), 'utf8')) as {
      readonly directories: object;
      readonly electronFuses: Readonly<Record<string, boolean>>;
    };
    const missing = complete ? [] : await fusesMissingIn(electron.executable, Object.keys(written.electronFuses));
    if (missing.length > 0) say(`this Electron is too old for the fuse ${missing.join(', ')}: it is left as it is`);
    const fuses = Object.entries(written.electronFuses).filter(([name]) => !missing.includes(name));
    return {
      ...written,
      directories: { ...written.directories, output: folder },
      electronFuses: Object.fromEntries(fuses),
      electronDist: dist,
      ...(electron.version === null ? {} : { electronVersion: electron.version }),
    };
  }
}

/** Which of the fuses, by electron-builder's names, an Electron does not have: each version appends to a row of bytes in the executable. */
async function fusesMissingIn(executable: string, names: readonly string[]): Promise<readonly string[]> {
  const wire = await getCurrentFuseWire(executable);
  return names.filter((name) => {
    const fuse = FuseV1Options[(name.charAt(0).toUpperCase() + name.slice(1)) as keyof typeof FuseV1Options];
    return wire[fuse] === undefined;
  });
}

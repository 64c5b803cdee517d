import { execFile } from 'node:child_process';
import { plainEnvironment } from './database-user';
import type { PatroniCode } from './patroni-4';

/** A row of `patronictl list -e -f json`, under patronictl's own column names: `Member`, `Role`, `State`, `TL` … */
export type ListRow = Readonly<Record<string, unknown>>;

/** Runs the patronictl of this Patroni on a config file and gives what it printed. Throws with its output when it fails. */
export function runPatronictl(code: PatroniCode, configFile: string, args: readonly string[]): Promise<string> {
  const program = 'from patroni.ctl import ctl; ctl(prog_name="patronictl")';
  return run(code, program, ['-c', configFile, ...args], args.join(' '));
}

/** Runs several commands of patronictl in one process, which costs little more than one, and gives what each printed. */
export async function runPatronictls(
  code: PatroniCode,
  configFile: string,
  commands: readonly (readonly string[])[],
): Promise<readonly string[]> {
  const program = [
    'import json, sys',
    'from patroni.ctl import ctl',
    'for args in json.loads(sys.argv[1]):',
    '    ctl(args, prog_name="patronictl", standalone_mode=False)',
    '    sys.stdout.write("\\0")',
  ].join('\n');
  const lines = commands.map((args) => ['-c', configFile, ...args]);
  const printed = await run(code, program, [JSON.stringify(lines)], commands.map((args) => args.join(' ')).join('; '));
  return printed.split('\0').slice(0, -1);
}

function run(code: PatroniCode, program: string, args: readonly string[], shown: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      '/usr/bin/python3',
      ['-c', program, ...args],
      {
        env: plainEnvironment(code.pythonPath === null ? {} : { PYTHONPATH: code.pythonPath }),
        maxBuffer: 1 << 26,
        timeout: 120_000,
      },
      (error, stdout, stderr) => {
        const printed = [stdout, stderr].map((text) => text.trim()).join('\n');
        // patronictl ends well even when the members refused what it asked for.
        const refused = /^(Failed: |\w+ failed, details: )/m.test(stdout);
        if (error === null && !refused) resolve(stdout);
        else reject(new Error(`patronictl ${shown}: ${printed || error?.message || 'failed'}`));
      },
    );
    // Whatever it asks is answered by the end of its input, not waited for.
    child.stdin?.end();
  });
}

/** What `patronictl list -e -f json` prints, parsed. */
export function parseList(json: string): readonly ListRow[] {
  const rows: unknown = JSON.parse(json);
  if (!Array.isArray(rows)) throw new Error(`patronictl list printed no list: ${json.slice(0, 200)}`);
  return rows.filter((row): row is ListRow => typeof row === 'object' && row !== null);
}

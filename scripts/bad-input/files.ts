import { closeSync, ftruncateSync, openSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { createTar } from 'nanotar';

const GIGABYTES_10 = 10 * 1024 ** 3;
const HEADER = '{"herdscope":{"version":1,"program":"1.0"},"writtenAt":null,"redacted":{},"contents":[]}\n';

/** A gzip of 10 GB in a few MB: gzip goes on with the next member where one ends. */
function packed10Gb(content: string): Buffer {
  const size = 16 * 1024 * 1024;
  const member = gzipSync(Buffer.from(content.repeat(Math.ceil(size / content.length)).slice(0, size)), { level: 9 });
  return Buffer.concat(Array.from({ length: GIGABYTES_10 / size }, () => member));
}

/** A file that says that it is 10 GB and takes no room. */
function sparse(path: string, head: string | Buffer): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, GIGABYTES_10);
  writeSync(file, Buffer.from(head), 0, undefined, 0);
  closeSync(file);
}

/** A zip whose directory says that its one file is of 10 bytes. */
function lyingZip(): Buffer {
  const zip = Buffer.from(zipSync({ 'list.json': Buffer.alloc(30 * 1024 * 1024, 'a') }));
  zip.writeUInt32LE(10, 22);
  zip.writeUInt32LE(10, zip.lastIndexOf('PK\u0001\u0002', undefined, 'latin1') + 24);
  return zip;
}

function nested(times: number): Buffer {
  let content = Buffer.from('hello');
  for (let i = 0; i < times; i += 1) content = gzipSync(content);
  return content;
}

const big = (line: string): string => line.repeat(Math.floor((30 * 1024 * 1024) / line.length));

/** Files that are no good, made in a folder; each with what must be said of it. */
export const badFiles: readonly {
  readonly name: string;
  /** Null where something of it can be shown. */
  readonly said: RegExp | null;
  readonly make: (path: string) => void;
}[] = [
  { name: 'empty.json', said: /is empty/, make: (path) => writeFileSync(path, '') },
  { name: 'sparse-10gb', said: /no text/, make: (path) => sparse(path, 'x') },
  { name: 'sparse-10gb.json', said: /larger than 32 MiB/, make: (path) => sparse(path, '{"kvs":['.padEnd(600)) },
  {
    name: 'sparse-10gb.tar',
    said: /larger than 128 MiB/,
    make: (path) => sparse(path, Buffer.concat([Buffer.alloc(257), Buffer.from('ustar')])),
  },
  { name: 'sparse-10gb.herdscope', said: /holds no picture/, make: (path) => sparse(path, HEADER) },
  {
    name: 'bomb-10gb.json.gz',
    said: /unpacks to more than 128 MiB/,
    make: (path) => writeFileSync(path, packed10Gb('[')),
  },
  {
    name: 'bomb-10gb.herdscope',
    said: /holds no picture/,
    make: (path) => writeFileSync(path, Buffer.concat([Buffer.from(HEADER), packed10Gb('\0')])),
  },
  {
    name: 'bomb-10gb-lines.herdscope',
    said: /150 times its size/,
    make: (path) => writeFileSync(path, Buffer.concat([Buffer.from(HEADER), packed10Gb('{"node":1}\n')])),
  },
  {
    name: 'bomb.zip',
    said: /no export|larger/,
    make: (path) =>
      writeFileSync(
        path,
        zipSync(
          Object.fromEntries(Array.from({ length: 6 }, (_none, i) => [`f${i}`, Buffer.alloc(31 * 1024 * 1024, 'a')])),
        ),
      ),
  },
  { name: 'lying.zip', said: /no export|damaged/, make: (path) => writeFileSync(path, lyingZip()) },
  { name: 'brackets.json', said: /nested deeper/, make: (path) => writeFileSync(path, '['.repeat(30 * 1024 * 1024)) },
  {
    name: 'members.json',
    said: /more in it than any export/,
    make: (path) => writeFileSync(path, `[${big('{"a":1},')}1]`),
  },
  { name: 'lines.txt', said: /no export/, make: (path) => writeFileSync(path, big('x\n')) },
  { name: 'one-line.txt', said: /no export/, make: (path) => writeFileSync(path, big('a')) },
  {
    name: 'large.yml',
    said: /YAML of more than 1 MiB/,
    make: (path) => writeFileSync(path, `a:\n${'  - b: c\n'.repeat(200_000)}`),
  },
  {
    name: 'aliases.yml',
    said: /no export/,
    make: (path) =>
      writeFileSync(
        path,
        `a: &a [1,1,1,1,1,1,1,1,1]\n${'bcdefghij'
          .split('')
          .map((name, i) => `${name}: &${name} [${`*${'abcdefghij'[i] ?? 'a'},`.repeat(9)}1]`)
          .join('\n')}\n`,
      ),
  },
  { name: 'nested.gz', said: /archive in an archive/, make: (path) => writeFileSync(path, nested(50)) },
  {
    name: 'paths.tar.gz',
    said: /no export/,
    make: (path) =>
      writeFileSync(
        path,
        gzipSync(
          createTar([
            { name: '/etc/evil', data: 'x' },
            { name: '../../evil', data: 'y' },
            { name: '__proto__', data: '{"polluted":1}' },
          ]),
        ),
      ),
  },
  {
    name: 'cut.tar',
    said: /tar archive that is damaged/,
    make: (path) => writeFileSync(path, createTar([{ name: 'a.json', data: 'x'.repeat(5000) }]).subarray(0, 1500)),
  },
  {
    name: 'proto.json',
    said: /no export/,
    make: (path) => writeFileSync(path, '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
  },
  { name: 'program', said: /no text/, make: (path) => symlinkSync(process.execPath, path) },
  {
    name: 'picture.png',
    said: /no text/,
    make: (path) => writeFileSync(path, Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')),
  },
  { name: 'endless', said: /device, a pipe or a socket/, make: (path) => symlinkSync('/dev/zero', path) },
];

/** Makes them all in a folder. */
export function makeBadFiles(folder: string): void {
  for (const { name, make } of badFiles) make(join(folder, name));
}

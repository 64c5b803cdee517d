import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate with its private key, as PEM files. */
export interface KeyPair {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Certificates for every way in which TLS works or fails, made for this run. */
export interface Certificates {
  readonly folder: string;
  readonly ca: KeyPair;
  /** Signed by `ca`, for 127.0.0.1, ::1 and localhost. */
  readonly server: KeyPair;
  /** As `server`, but it ended in 2021. */
  readonly expiredServer: KeyPair;
  /** As `server`, but for etcd.example.invalid only. */
  readonly otherNameServer: KeyPair;
  /** Signed by `ca`, for clients; its name is `root`. */
  readonly client: KeyPair;
  /** Another authority, which signed nothing but `wrongClient`. */
  readonly wrongCa: KeyPair;
  readonly wrongClient: KeyPair;
  /** Removes the folder. */
  dispose(): Promise<void>;
}

const run = promisify(execFile);

const CA_CONFIG = `
[ca]
default_ca = lab
[lab]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;

/** Makes all of them with the openssl command. Throws with its words when that fails. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'herdscope-certificates-'));
  await writeFile(join(folder, 'ca.cnf'), CA_CONFIG);
  await writeFile(join(folder, 'index.txt'), '');
  const loopback = 'subjectAltName=IP:127.0.0.1,IP:0:0:0:0:0:0:0:1,DNS:localhost';
  const ca = await authority(folder, 'ca');
  const wrongCa = await authority(folder, 'wrong-ca');
  // etcd's HTTP gateway dials the server with the server's own certificate: it needs clientAuth as well.
  const both = 'extendedKeyUsage=serverAuth,clientAuth';
  const server = await signed(folder, ca, 'server', [loopback, both]);
  const past = { from: '20200101000000Z', to: '20210101000000Z' };
  const expiredServer = await signed(folder, ca, 'expired-server', [loopback, both], past);
  const otherNameServer = await signed(folder, ca, 'other-name-server', [
    'subjectAltName=DNS:etcd.example.invalid',
    both,
  ]);
  const client = await signed(folder, ca, 'root', ['extendedKeyUsage=clientAuth']);
  const wrongClient = await signed(folder, wrongCa, 'stranger', ['extendedKeyUsage=clientAuth']);
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return { folder, ca, server, expiredServer, otherNameServer, client, wrongCa, wrongClient, dispose };
}

async function authority(folder: string, name: string): Promise<KeyPair> {
  const pair = files(folder, name);
  const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650'],
    ...['-subj', `/CN=Herdscope lab ${name}`, '-keyout', pair.keyFile, '-out', pair.certFile],
    ...extensions.flatMap((extension) => ['-addext', extension]),
  ]);
  return pair;
}

async function signed(
  folder: string,
  ca: KeyPair,
  name: string,
  extensions: readonly string[],
  validity: { readonly from: string; readonly to: string } = { from: '20200101000000Z', to: '20490101000000Z' },
): Promise<KeyPair> {
  const pair = files(folder, name);
  const requestFile = join(folder, `${name}.csr`);
  await run('openssl', [
    ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${name}`],
    ...['-keyout', pair.keyFile, '-out', requestFile],
    ...extensions.flatMap((extension) => ['-addext', extension]),
  ]);
  const dates = ['-startdate', validity.from, '-enddate', validity.to];
  await run(
    'openssl',
    ['ca', '-batch', '-notext', '-config', 'ca.cnf', '-cert', ca.certFile, '-keyfile', ca.keyFile].concat(
      ['-in', requestFile, '-out', pair.certFile],
      dates,
    ),
    { cwd: folder },
  );
  return pair;
}

function files(folder: string, name: string): KeyPair {
  return { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
}

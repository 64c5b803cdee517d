import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';

/** The certificate authorities that this machine trusts. */
export interface Authorities {
  /** PEM, one after the other. */
  readonly pem: Buffer;
  /** Where they are from, for a person. */
  readonly from: string;
}

/** Where Linux distributions (and macOS's own OpenSSL) keep the list that `etcdctl`, curl and Python read too. */
const FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
] as const;

/**
 * The authorities that the system trusts: a list of Node's own, which it uses otherwise, does not hold the CA that a company
 * gave to its machines. `SSL_CERT_FILE` names another list, as for `etcdctl`. On macOS and Windows the store is asked,
 * which Node can from 22.15 on. Null where none of this is there: then Node's own list counts.
 */
export async function systemAuthorities(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Authorities | null> {
  const named = env['SSL_CERT_FILE'];
  if (named !== undefined && named !== '') return read(named);
  return fromStore() ?? (await firstOf(FILES));
}

async function firstOf(files: readonly string[]): Promise<Authorities | null> {
  for (const file of files) {
    const found = await read(file);
    if (found !== null) return found;
  }
  return null;
}

async function read(file: string): Promise<Authorities | null> {
  try {
    const pem = await readFile(file);
    return pem.includes('-----BEGIN') ? { pem, from: file } : null;
  } catch {
    return null;
  }
}

function fromStore(): Authorities | null {
  if (process.platform !== 'darwin' && process.platform !== 'win32') return null;
  // eslint-disable-next-line n/no-unsupported-features/node-builtins -- Electron 25's Node lacks it: it may be undefined below
  const { getCACertificates } = tls as Partial<typeof tls> & {
    readonly getCACertificates?: (which: 'system') => readonly string[];
  };
  try {
    const certificates = getCACertificates?.('system') ?? [];
    if (certificates.length === 0) return null;
    const from = process.platform === 'darwin' ? 'the keychain' : 'the certificate store of Windows';
    return { pem: Buffer.from(certificates.join('\n')), from };
  } catch {
    return null;
  }
}

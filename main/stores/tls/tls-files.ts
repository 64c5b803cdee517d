import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { StoreFailure } from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import { systemAuthorities } from './system-authorities';

/** What the PEM files of a connection hold. */
export interface TlsMaterial {
  /** Null: Node's own list of authorities. */
  readonly ca: Buffer | null;
  /** Where the authorities are from when no file was given, for a person. */
  readonly caFrom: string | null;
  readonly client: { readonly cert: Buffer; readonly key: Buffer; readonly passphrase?: string } | null;
}

/** Where the PEM files of a connection are. */
export interface TlsFiles {
  /** What they are for, in a failure: the endpoints, comma-separated. */
  readonly endpoint: string;
  /** Whether the server will be spoken to in TLS: without a CA file the authorities are needed then that the system trusts. */
  readonly secure: boolean;
  readonly caFile: string | null;
  readonly certFile: string | null;
  /** Null where `certFile` holds the key too. */
  readonly keyFile: string | null;
  /** Of the key; null where it has none. */
  readonly keyPassword?: string | null;
}

/** Reads and checks the files, so that a bad one is named instead of failing somewhere inside a handshake. */
export async function readTlsFiles(files: TlsFiles): Promise<Result<TlsMaterial, StoreFailure>> {
  const { endpoint } = files;
  const passphrase = files.keyPassword ?? null;
  let reading = '';
  let what = '';
  try {
    let ca: Buffer | null = null;
    let caFrom: string | null = null;
    if (files.caFile !== null) {
      [reading, what] = [files.caFile, 'CA certificate'];
      ca = await readFile(reading);
      void new X509Certificate(ca);
    } else if (files.secure) {
      const system = await systemAuthorities();
      [ca, caFrom] = [system?.pem ?? null, system?.from ?? null];
    }
    if (files.certFile === null) return ok({ ca, caFrom, client: null });
    [reading, what] = [files.certFile, 'client certificate'];
    const cert = await readFile(reading);
    const certificate = new X509Certificate(cert);
    // As in Patroni, one file may hold both.
    [reading, what] = [files.keyFile ?? files.certFile, "client certificate's private key"];
    const key = await readFile(reading);
    if (!certificate.checkPrivateKey(createPrivateKey(passphrase === null ? key : { key, passphrase }))) {
      return err({
        kind: 'client-certificate',
        endpoint,
        message: `The private key in ${reading} does not belong to the client certificate in ${files.certFile}.`,
        advice: 'Choose the key that was made together with this certificate.',
        detail: 'key mismatch',
      });
    }
    return ok({ ca, caFrom, client: { cert, key, ...(passphrase === null ? {} : { passphrase }) } });
  } catch (error) {
    return err(unreadable(endpoint, reading, what, passphrase !== null, error));
  }
}

function unreadable(
  endpoint: string,
  file: string,
  what: string,
  hasPassphrase: boolean,
  error: unknown,
): StoreFailure {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  const detail = error instanceof Error ? error.message : String(error);
  const fail = (why: string, advice: string): StoreFailure => ({
    kind: 'file-unreadable',
    endpoint,
    message: `The ${what} ${file} cannot be used: ${why}.`,
    advice,
    detail,
  });
  if (code === 'ENOENT') return fail('there is no such file', 'Choose the file again; it may have been moved.');
  if (code === 'EACCES' || code === 'EPERM') return fail('it may not be read', 'Give your user the right to read it.');
  if (code === 'EISDIR') return fail('it is a folder', 'Choose a PEM file inside it.');
  if (code === 'ERR_MISSING_PASSPHRASE' || /passphrase|bad decrypt|interrupted or cancelled/i.test(detail)) {
    if (hasPassphrase) return fail('its passphrase is another one', 'Enter the passphrase of the key again.');
    return fail('it is protected by a passphrase', 'Give a key without one: openssl pkey -in KEY -out PLAIN-KEY.');
  }
  return fail('it is no PEM file of that kind', 'A PEM file is text with a line -----BEGIN …----- in it.');
}

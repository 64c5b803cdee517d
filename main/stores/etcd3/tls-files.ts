import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { StoreFailure } from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import type { Etcd3Options } from './options';
import { systemAuthorities } from './system-authorities';

/** What the PEM files of a connection hold. */
export interface TlsMaterial {
  /** Null: Node's own list of authorities. */
  readonly ca: Buffer | null;
  /** Where the authorities are from when no file was given, for a person. */
  readonly caFrom: string | null;
  readonly client: { readonly cert: Buffer; readonly key: Buffer } | null;
}

/** Reads and checks the files, so that a bad one is named instead of failing somewhere inside a handshake. */
export async function readTlsFiles(options: Etcd3Options): Promise<Result<TlsMaterial, StoreFailure>> {
  const endpoint = options.endpoints.join(', ');
  let reading = '';
  let what = '';
  try {
    let ca: Buffer | null = null;
    let caFrom: string | null = null;
    if (options.caFile !== null) {
      [reading, what] = [options.caFile, 'CA certificate'];
      ca = await readFile(reading);
      void new X509Certificate(ca);
    } else if (options.endpoints.some((url) => /^https:/i.test(url))) {
      const system = await systemAuthorities();
      [ca, caFrom] = [system?.pem ?? null, system?.from ?? null];
    }
    if (options.certFile === null) return ok({ ca, caFrom, client: null });
    [reading, what] = [options.certFile, 'client certificate'];
    const cert = await readFile(reading);
    const certificate = new X509Certificate(cert);
    // As in Patroni, one file may hold both.
    [reading, what] = [options.keyFile ?? options.certFile, "client certificate's private key"];
    const key = await readFile(reading);
    if (!certificate.checkPrivateKey(createPrivateKey(key))) {
      return err({
        kind: 'client-certificate',
        endpoint,
        message: `The private key in ${reading} does not belong to the client certificate in ${options.certFile}.`,
        advice: 'Choose the key that was made together with this certificate.',
        detail: 'key mismatch',
      });
    }
    return ok({ ca, caFrom, client: { cert, key } });
  } catch (error) {
    return err(unreadable(endpoint, reading, what, error));
  }
}

function unreadable(endpoint: string, file: string, what: string, error: unknown): StoreFailure {
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
    return fail('it is protected by a passphrase', 'Give a key without one: openssl pkey -in KEY -out PLAIN-KEY.');
  }
  return fail('it is no PEM file of that kind', 'A PEM file is text with a line -----BEGIN …----- in it.');
}

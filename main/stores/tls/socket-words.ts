import { assertNever } from '../../../app/assert-never';
import type { StoreFailure } from '../../../app/dcs/store';
import type { NoSocket } from './open-socket';

/** The server that could not be reached, for the words. */
export interface Unreached {
  /** What should stand there, e.g. `etcd`. */
  readonly product: string;
  readonly host: string;
  /** `host:port`. */
  readonly target: string;
  readonly caFile: string | null;
  /** Where the authorities are from when no file was given. */
  readonly caFrom: string | null;
  readonly certFile: string | null;
  /** Which client certificates the server takes, as a sentence. */
  readonly clientCertificateAdvice: string;
  /** What to do about a server that does not speak TLS, as a sentence. */
  readonly plaintextAdvice: string;
}

/** A failure in words, with what the system said where it said something. */
export type SocketWords = Pick<StoreFailure, 'kind' | 'message' | 'advice'> & { readonly said: string };

export const SILENT_ADVICE = 'Look whether this machine hangs, or whether a firewall or VPN drops the connection.';

/** Why there is no connection, in words for a person. */
export function socketWords(found: NoSocket, server: Unreached): SocketWords {
  const { product, target: at, host } = server;
  const as = (kind: StoreFailure['kind'], message: string, advice: string, said = ''): SocketWords => ({
    kind,
    message,
    advice,
    said,
  });
  switch (found.kind) {
    case 'name-not-found':
      return as(
        'name-not-found',
        `The host name ${host} could not be resolved.`,
        'Check its spelling, and whether a VPN that knows it is up.',
        found.code,
      );
    case 'refused':
      return as(
        'refused',
        `The connection to ${at} was refused: nothing listens on that port.`,
        `Check host and port, and that ${product} runs and listens on this address, not only on its own 127.0.0.1.`,
      );
    case 'unreachable':
      return as(
        'unavailable',
        `There is no way to ${at} (${found.code}).`,
        'Check the address, and whether the network or the VPN is up.',
      );
    case 'silent':
      return found.connected
        ? as(
            'timeout',
            `${at} took the connection but did not answer in time.`,
            `Is it ${product} that listens there? ${SILENT_ADVICE}`,
          )
        : as('timeout', `${at} did not answer in time.`, `Check the address. ${SILENT_ADVICE}`);
    case 'hung-up':
      return as(
        'unavailable',
        `${at} ended the connection without an answer.`,
        `Look into the log of ${product}, or of the proxy that stands before it.`,
      );
    case 'ca-rejected':
      return as(
        'ca-rejected',
        `The certificate of ${at} was signed by "${found.issuer}", which ` +
          `${server.caFile === null ? `is not among the authorities that this machine trusts (${server.caFrom ?? "Node's own list"})` : `${server.caFile} does not vouch for`}.`,
        `Choose the CA file that signed the certificate of this ${product} (cacert in patroni.yml).` +
          (server.caFile === null ? ' Or add it to the authorities of this machine.' : ''),
        found.code,
      );
    case 'certificate-expired':
      return as(
        'certificate-expired',
        `The certificate of ${at} is not valid today: it is from ${found.from} to ${found.to}.`,
        `Give ${product} a new certificate. If the dates look right, check the clock of this machine.`,
      );
    case 'hostname-mismatch':
      return as(
        'hostname-mismatch',
        `The certificate of ${at} is not for ${host}${found.names === null ? '' : `, but for ${found.names}`}.`,
        `Use a host name that stands in the certificate, or give ${product} a certificate with this one.`,
      );
    case 'client-certificate':
      return as(
        'client-certificate',
        server.certFile === null
          ? `${product} at ${at} demands a client certificate.`
          : `${product} at ${at} refused the client certificate ${server.certFile}.`,
        server.clientCertificateAdvice,
        found.words,
      );
    case 'plaintext-server':
      return as('plaintext-server', `${at} does not speak TLS.`, server.plaintextAdvice);
    case 'way':
      return found.words;
    case 'tls':
      return as(
        'other',
        `No TLS connection to ${at} came about.`,
        'The detail says what TLS complained of.',
        found.words,
      );
    default:
      return assertNever(found);
  }
}

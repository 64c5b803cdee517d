import type { StoreFailure, StoreFailureKind } from '../../app/dcs/store';
import type { NoAnswer } from '../http/http-exchange';
import { SILENT_ADVICE, socketWords } from '../stores/tls/socket-words';
import type { MemberAddress } from './member-address';
import type { HttpMemberApiOptions } from './member-api-options';

/** Why a member's REST API gave no answer, in words for a person. */
export function memberFailure(
  found: NoAnswer,
  address: MemberAddress,
  options: HttpMemberApiOptions,
  caFrom: string | null,
): StoreFailure {
  const at = `${address.host.includes(':') ? `[${address.host}]` : address.host}:${String(address.port)}`;
  const as = (kind: StoreFailureKind, message: string, advice: string, detail: string): StoreFailure => ({
    kind,
    endpoint: address.origin,
    message,
    advice,
    detail,
  });
  switch (found.kind) {
    case 'no-connection': {
      const { why } = found;
      if (why.kind === 'tls-server') {
        const advice = `The member's api_url should begin with https: look at restapi in its patroni.yml, and whether a proxy stands before it.`;
        return as('tls-server', `Patroni's REST API at ${at} speaks TLS only.`, advice, 'TLS');
      }
      const words = socketWords(why, {
        product: "Patroni's REST API",
        host: address.host,
        target: at,
        caFile: options.caFile,
        caFrom,
        certFile: options.certFile,
        clientCertificateAdvice:
          'Choose the certificate and key that the members take (restapi.cafile in their patroni.yml must have signed them).',
        plaintextAdvice:
          'Its api_url says https: look whether restapi.certfile is set in its patroni.yml, or which proxy stands before it.',
      });
      return as(words.kind, words.message, words.advice, words.said === '' ? why.kind : words.said);
    }
    case 'bad-request':
      return as('other', `The request to ${at} cannot be sent.`, 'The detail says why.', found.words);
    case 'broken':
      return broken(found, at, as);
  }
}

function broken(
  found: Extract<NoAnswer, { kind: 'broken' }>,
  at: string,
  as: (kind: StoreFailureKind, message: string, advice: string, detail: string) => StoreFailure,
): StoreFailure {
  switch (found.why) {
    case 'timeout':
      return as('timeout', `Patroni's REST API at ${at} did not answer in time.`, SILENT_ADVICE, found.words);
    case 'too-large':
      return as(
        'other',
        `The answer from ${at} is larger than any of Patroni's.`,
        "Is it Patroni's REST API that listens there? Look at the member's api_url.",
        found.words,
      );
    case 'no-http':
      return as(
        'other',
        `What listens at ${at} does not speak HTTP.`,
        "Look at the member's api_url, and at restapi.connect_address in its patroni.yml.",
        found.words,
      );
    case 'cancelled':
      return as('other', `The question to ${at} was given up.`, 'Ask again.', found.words);
    case 'ended':
      return as(
        'unavailable',
        `Patroni's REST API at ${at} ended the connection without a whole answer.`,
        "Look into the member's log, or into that of the proxy that stands before it.",
        found.words,
      );
  }
}

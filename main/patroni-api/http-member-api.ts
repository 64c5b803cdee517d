import type { StoreFailure } from '../../app/dcs/store';
import type { MemberAnswer, MemberApi, MemberRequest } from '../../app/operations/member-api';
import type { Result } from '../../app/result';
import { exchange, type HttpOutcome } from '../http/http-exchange';
import { readTlsFiles, type TlsMaterial } from '../stores/tls/tls-files';
import { memberAddress, type MemberAddress } from './member-address';
import type { HttpMemberApiOptions } from './member-api-options';
import { memberFailure } from './member-failure';

/** Longer than any answer of Patroni's: `/cluster` of 500 members is some 300 kB. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Patroni asks for nobody's name where one only reads (`patroni/api.py: check_access`). */
const READING: ReadonlySet<string> = new Set(['GET', 'OPTIONS']);

/** Pem files are read once for so many milliseconds: a certificate that was replaced counts soon after. */
const FILES_MS = 10_000;

/**
 * The members' REST API over HTTP or HTTPS. Each question goes over a connection of its own, to the address that it is for and to
 * no other: no redirect is followed and no proxy asked. User and password go along with what changes something; with a question
 * only where the member demands them.
 */
export class HttpMemberApi implements MemberApi {
  #files: { readonly at: number; readonly material: Promise<Result<TlsMaterial, StoreFailure>> } | null = null;

  constructor(private readonly options: HttpMemberApiOptions) {}

  async ask(apiUrl: string, request: MemberRequest): Promise<MemberAnswer> {
    const address = memberAddress(apiUrl);
    if (address === null) return { kind: 'unreachable', failure: noAddress(apiUrl), sent: 'no' };
    const tls = address.secure ? await this.#tls(address) : { ok: true as const, value: IN_THE_CLEAR };
    if (!tls.ok) return { kind: 'unreachable', failure: { ...tls.error, endpoint: address.origin }, sent: 'no' };
    const noWay = await this.options.way?.ready();
    if (noWay) return { kind: 'unreachable', failure: noWay, sent: 'no' };
    const began = Date.now();
    const send = (withUser: boolean): Promise<HttpOutcome> =>
      this.#send(address, tls.value, request, withUser, Math.max(1, request.timeoutMs - (Date.now() - began)));
    let outcome = await send(!READING.has(request.method));
    if (outcome.kind === 'answered' && outcome.status === 401 && READING.has(request.method) && this.#hasUser) {
      outcome = await send(true);
    }
    if (outcome.kind === 'answered') {
      const { status, body } = outcome;
      return { kind: 'answered', status, body, elapsedMs: Date.now() - began };
    }
    const failure = this.#withoutSecret(memberFailure(outcome, address, this.options, tls.value.caFrom));
    return { kind: 'unreachable', failure, sent: outcome.kind === 'broken' ? 'perhaps' : 'no' };
  }

  /** Reads the PEM files anew with the next question. */
  wake(): void {
    this.#files = null;
  }

  get #hasUser(): boolean {
    return this.options.username !== null && this.options.username !== '';
  }

  #send(
    address: MemberAddress,
    tls: TlsMaterial,
    request: MemberRequest,
    withUser: boolean,
    ms: number,
  ): Promise<HttpOutcome> {
    const { username, password, verify, way } = this.options;
    const body = request.body === null ? null : JSON.stringify(request.body);
    const headers = {
      accept: 'application/json',
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      ...(withUser && this.#hasUser
        ? { authorization: `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}` }
        : {}),
    };
    const { method, path } = request;
    return exchange({ ...address, tls, verify, way }, { method, path, headers, body }, { ms, maxBytes: MAX_BYTES });
  }

  #tls(address: MemberAddress): Promise<Result<TlsMaterial, StoreFailure>> {
    const now = Date.now();
    if (this.#files === null || Math.abs(now - this.#files.at) > FILES_MS) {
      const { caFile, certFile, keyFile, keyPassword } = this.options;
      const files = { endpoint: address.origin, secure: true, caFile, certFile, keyFile, keyPassword };
      this.#files = { at: now, material: readTlsFiles(files) };
    }
    return this.#files.material;
  }

  #withoutSecret(failure: StoreFailure): StoreFailure {
    const { password } = this.options;
    if (password === null || password === '') return failure;
    return { ...failure, detail: failure.detail.replaceAll(password, '•••') };
  }
}

const IN_THE_CLEAR: TlsMaterial = { ca: null, caFrom: null, client: null };

function noAddress(apiUrl: string): StoreFailure {
  const shown = apiUrl
    .trim()
    .slice(0, 200)
    .replace(/\/\/[^/@]*@/, '//');
  return {
    kind: 'other',
    endpoint: shown,
    message: shown === '' ? 'This member tells no address of its REST API.' : `"${shown}" is no address of a REST API.`,
    advice: 'Look at restapi.connect_address in its patroni.yml.',
    detail: 'api_url',
  };
}

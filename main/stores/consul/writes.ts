import type { StoreNode } from '../../../app/dcs/node';
import type { SetCondition, StoreFailure, Written } from '../../../app/dcs/store';
import type { Connection, Operation } from './connection';
import { isTransportError, isWithoutLeader, readHttpError } from './http-error';
import { consulKey } from './nodes';

/** How often a write without a condition is tried when others write the same key at the same time. */
const TRIES = 100;

/** Sets a key. What is there is read first: a key is freed of the session that it had, which takes its id. */
export async function setKey(
  connection: Connection,
  key: string,
  value: string,
  condition: SetCondition,
  session: string | null,
  timeout: number,
  describe: (error: unknown) => StoreFailure,
): Promise<Written> {
  for (let attempt = 1; ; attempt += 1) {
    let found: StoreNode | null = null;
    try {
      if (condition === 'any' || condition.modRevision !== '0') found = await connection.get(key, timeout);
    } catch (error) {
      return { kind: 'failed', failure: describe(error) };
    }
    if (condition !== 'any' && condition.modRevision !== (found?.modRevision ?? '0')) return { kind: 'refused', found };
    const written = await write(connection, key, setOperations(key, value, found, session), timeout, describe);
    if (written.kind === 'refused' && condition === 'any' && attempt < TRIES) continue;
    return written;
  }
}

/** Removes a key on the condition that its last change is the one that was read, or whatever it is. */
export async function removeKey(
  connection: Connection,
  key: string,
  modRevision: string | null,
  timeout: number,
  describe: (error: unknown) => StoreFailure,
): Promise<Written> {
  const Key = consulKey(key);
  const check: Operation[] = modRevision === null ? [] : [{ Verb: 'check-index', Key, Index: Number(modRevision) }];
  return write(connection, key, [...check, { Verb: 'delete', Key }], timeout, describe);
}

/** Sends a transaction once. */
export async function write(
  connection: Connection,
  key: string,
  operations: readonly Operation[],
  timeout: number,
  describe: (error: unknown) => StoreFailure,
): Promise<Written> {
  try {
    const node = (await connection.transaction(operations, timeout)).at(-1);
    // Of what is deleted Consul tells no index: the one that a look afterwards gives is not below it.
    return { kind: 'done', revision: node?.modRevision ?? (await indexAfter(connection, key, timeout)) };
  } catch (error) {
    const said = readHttpError(error);
    if (said.status === 409) {
      if (/invalid session/i.test(said.words)) return { kind: 'no-session' };
      if (/permission denied/i.test(said.words)) {
        return { kind: 'failed', failure: inWords(describe(error), said.status, said.words, key) };
      }
      if (/lock delay/i.test(said.words)) return { kind: 'failed', failure: lockDelay(describe(error), key) };
      const found = await connection.get(key, timeout).catch(() => null);
      return { kind: 'refused', found };
    }
    const failure = describe(error);
    if (isTransportError(said) && !isWithoutLeader(said)) return { kind: 'unknown', failure };
    return { kind: 'failed', failure: inWords(failure, said.status, said.words, key) };
  }
}

function setOperations(key: string, value: string, found: StoreNode | null, session: string | null): Operation[] {
  const Key = consulKey(key);
  const Value = Buffer.from(value).toString('base64');
  const operations: Operation[] = [
    found === null ? { Verb: 'check-not-exists', Key } : { Verb: 'check-index', Key, Index: Number(found.modRevision) },
  ];
  // A plain set would leave the key its session.
  if (found !== null && found.session !== null && found.session !== session) {
    operations.push({ Verb: 'unlock', Key, Value, Session: found.session });
    if (session === null) return operations;
  }
  operations.push(session === null ? { Verb: 'set', Key, Value } : { Verb: 'lock', Key, Value, Session: session });
  return operations;
}

async function indexAfter(connection: Connection, key: string, timeout: number): Promise<string> {
  return connection.list(key, timeout).then(
    ({ index }) => index,
    () => '0',
  );
}

function lockDelay(failure: StoreFailure, key: string): StoreFailure {
  return {
    ...failure,
    kind: 'unavailable',
    message: `Consul gives ${key} to no session yet: the one that had it ended a moment ago.`,
    advice: 'Try again in a few seconds; how long Consul waits is the lock-delay of the session that ended.',
  };
}

/** What Consul refused, said of a write. */
function inWords(failure: StoreFailure, status: number | null, words: string, key: string): StoreFailure {
  if (status === 413 || /too large/i.test(words)) {
    return {
      ...failure,
      kind: 'other',
      message: `The value for ${key} is larger than Consul at ${failure.endpoint} takes.`,
      advice: 'Consul takes 512 kB a request unless limits.txn_max_req_len and limits.kv_max_value_size say otherwise.',
    };
  }
  if (failure.kind === 'permission-denied') {
    return {
      ...failure,
      message: `This ACL token may not write ${key} in Consul at ${failure.endpoint}.`,
      advice: 'Use the token that Patroni itself uses, or let an administrator grant write on these keys.',
    };
  }
  return failure;
}

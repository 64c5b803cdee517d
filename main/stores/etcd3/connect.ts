import type { IRangeResponse } from 'etcd3';
import type { StoreFailure } from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import { Connection } from './connection';
import { explain, merge } from './failure';
import { keyRange } from './key-range';
import type { Endpoint, Etcd3Options, Etcd3Timing } from './options';
import { readTlsFiles, type TlsMaterial } from './tls-files';

/** A connection that has answered: user, permission and quorum are as they must be. */
export interface Connected {
  readonly connection: Connection;
  readonly hello: IRangeResponse;
}

/** Answers that another endpoint of the same etcd would give as well. */
const SAME_EVERYWHERE: ReadonlySet<string> = new Set(['unauthenticated', 'permission-denied']);

/**
 * Connects to the first endpoint that answers. They are tried in their order, the next one as soon as one failed or has
 * been silent for a while, so that one dead host does not cost the whole deadline. Takes at most `connectMs` +
 * `diagnosisMs`; a failure says what was found at each.
 */
export async function connect(
  endpoints: readonly Endpoint[],
  options: Etcd3Options,
  namespace: string,
  timing: Etcd3Timing,
): Promise<Result<Connected, StoreFailure>> {
  const files = await readTlsFiles(options);
  if (!files.ok) return files;
  const tls = files.value;
  const deadline = Date.now() + timing.connectMs;
  const patience = Math.min(1000, (timing.connectMs * 0.75) / endpoints.length);
  return new Promise((resolve) => {
    const waiting = [...endpoints];
    const failures: StoreFailure[] = [];
    let settled = false;
    let timer: NodeJS.Timeout | undefined;
    const settle = (outcome: Result<Connected, StoreFailure>): void => {
      settled = true;
      clearTimeout(timer);
      resolve(outcome);
    };
    const next = (): void => {
      clearTimeout(timer);
      const endpoint = waiting.shift();
      if (endpoint === undefined || settled) return;
      if (waiting.length > 0) timer = setTimeout(next, patience);
      void attempt(endpoint, options, namespace, tls, deadline).then(async (outcome) => {
        if (outcome.ok) {
          if (settled) outcome.value.connection.close();
          else settle(outcome);
          return;
        }
        next();
        const context = { endpoint, options, namespace };
        const failure = await explain(outcome.error, context, tls, timing.diagnosisMs);
        failures.push(failure);
        const all = failures.length === endpoints.length ? merge(failures) : null;
        if (settled) return;
        if (SAME_EVERYWHERE.has(failure.kind)) settle(err(failure));
        else if (all !== null) settle(err(all));
      });
    };
    next();
  });
}

async function attempt(
  endpoint: Endpoint,
  options: Etcd3Options,
  namespace: string,
  tls: TlsMaterial,
  deadline: number,
): Promise<Result<Connected, unknown>> {
  let connection: Connection | null = null;
  try {
    connection = await Connection.make(endpoint, options, tls);
    return ok({ connection, hello: await connection.hello(keyRange(namespace), deadline) });
  } catch (error) {
    connection?.close();
    return err(error);
  }
}

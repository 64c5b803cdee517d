import type { StoreFailure } from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import type { Endpoint } from '../http-endpoint';
import { mergeFailures } from '../merge-failures';
import { readTlsFiles } from '../tls/tls-files';
import { Connection, type Listing } from './connection';
import { explain } from './failure';
import { readHttpError } from './http-error';
import type { ConsulOptions, ConsulTiming } from './options';

/** A connection that has answered. */
export interface Connected {
  readonly connection: Connection;
  readonly hello: Listing;
}

/** Answers that another agent of the same Consul would give as well. */
const SAME_EVERYWHERE: ReadonlySet<string> = new Set(['unauthenticated', 'permission-denied']);

/** Connects to the first agent that answers, in their order, each with its share of `connectMs`; a failure says what was found at each. */
export async function connect(
  endpoints: readonly Endpoint[],
  options: ConsulOptions,
  namespace: string,
  timing: ConsulTiming,
): Promise<Result<Connected, StoreFailure>> {
  const files = await readTlsFiles({
    ...options,
    endpoint: options.endpoints.join(', '),
    secure: endpoints.some(({ secure }) => secure),
  });
  if (!files.ok) return files;
  const noWay = await options.way?.ready();
  if (noWay) return err(noWay);
  const share = timing.connectMs / endpoints.length;
  const diagnoses: Promise<StoreFailure>[] = [];
  for (const endpoint of endpoints) {
    const connection = await Connection.make(endpoint, options, files.value);
    try {
      return ok({ connection, hello: await connection.list(namespace, share) });
    } catch (error) {
      const context = { endpoint, options, namespace };
      const tell = (why: unknown): Promise<StoreFailure> => {
        connection.close();
        return explain(why, context, files.value, timing.diagnosisMs / 2);
      };
      const { timedOut } = readHttpError(error);
      const failure = timedOut ? withoutLeader(error, connection, timing.diagnosisMs / 2).then(tell) : tell(error);
      const found = await Promise.race([failure, Promise.resolve(null)]);
      if (found !== null && SAME_EVERYWHERE.has(found.kind)) return err(found);
      diagnoses.push(failure);
    }
  }
  const failures = await Promise.all(diagnoses);
  const same = failures.find(({ kind }) => SAME_EVERYWHERE.has(kind));
  const all = same ?? mergeFailures(failures);
  if (all === null) throw new Error('a Consul has at least one endpoint');
  return err(all);
}

/** A server that has lost its leader keeps a reader waiting for longer than we do, but says so to who asks for that. */
async function withoutLeader(error: unknown, connection: Connection, timeout: number): Promise<unknown> {
  const hasLeader = await connection.hasLeader(timeout).catch(() => true);
  return hasLeader ? error : new Error('No cluster leader');
}

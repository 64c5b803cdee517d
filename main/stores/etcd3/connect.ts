import type { IRangeResponse } from 'etcd3';
import type { StoreFailure } from '../../../app/dcs/store';
import { err, ok, type Result } from '../../../app/result';
import { GrpcConnection } from './connection';
import type { EtcdConnection } from './etcd-connection';
import { mergeFailures } from '../merge-failures';
import { describe, explain, type FailureContext } from './failure';
import { keyRange } from './key-range';
import type { Endpoint, Etcd3Options, Etcd3Timing } from './options';
import { readTlsFiles, type TlsMaterial } from '../tls/tls-files';

/** A connection that has answered: user, permission and quorum are as they must be. */
export interface Connected {
  readonly connection: EtcdConnection;
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
  const files = await readTlsFiles({
    ...options,
    endpoint: options.endpoints.join(', '),
    secure: endpoints.some(({ secure }) => secure),
  });
  if (!files.ok) return files;
  const noWay = await options.way?.ready();
  if (noWay) return err(noWay);
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
        const until = Date.now() + timing.diagnosisMs;
        const overGrpc = await explain(outcome.error, context, tls, timing.diagnosisMs);
        const overHttp =
          overGrpc.kind === 'not-grpc' ? await overGateway(context, tls, until, overGrpc) : err(overGrpc);
        if (overHttp.ok) {
          if (settled) overHttp.value.connection.close();
          else settle(overHttp);
          return;
        }
        const failure = overHttp.error;
        failures.push(failure);
        const all = failures.length === endpoints.length ? mergeFailures(failures) : null;
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
  let connection: GrpcConnection | null = null;
  try {
    connection = await GrpcConnection.make(endpoint, options, tls);
    return ok({ connection, hello: await connection.hello(keyRange(namespace), deadline) });
  } catch (error) {
    connection?.close();
    return err(error);
  }
}

/** Where gRPC is not spoken, the HTTP gateway may be. What etcd itself says to that counts; otherwise nothing was won by it. */
async function overGateway(
  context: FailureContext,
  tls: TlsMaterial,
  until: number,
  overGrpc: StoreFailure,
): Promise<Result<Connected, StoreFailure>> {
  const { GatewayConnection } = await import('./gateway/gateway-connection');
  const connection = new GatewayConnection(context.endpoint, context.options, tls);
  try {
    return ok({ connection, hello: await connection.hello(keyRange(context.namespace), until) });
  } catch (error) {
    connection.close();
    const said = describe(error, context);
    return err(SAME_EVERYWHERE.has(said.kind) || said.kind === 'no-quorum' ? said : overGrpc);
  }
}

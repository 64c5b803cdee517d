// How much memory the keys below /service take, in bytes: `held-bytes.ts KIND PORT ours|bare`. Run with --expose-gc.
import { setTimeout as sleep } from 'node:timers/promises';
import { isAvailable } from '../../app/ipc/connections/kinds';
import { parseConnectUrl } from '../../main/connections/url/connect-url';
import { openStore } from '../../main/connections/store-makers';
import { Mirror } from '../../main/inspection/mirror';
import { systemClock } from '../../main/system-clock';
import { bareClient, type BareKind } from './bare-client';

const [kind = 'etcd3', port = '', side = 'ours'] = process.argv.slice(2);

/** Something that holds the keys for as long as it is held itself. */
interface Holder {
  readonly held: { readonly size: number };
  close(): void;
}

const hold = side === 'ours' ? mirror : bare;
// The first time loads the libraries, which are not the keys'.
(await hold()).close();
const before = await used();
const holder = await hold();
const bytes = (await used()) - before;
process.stdout.write(`${JSON.stringify({ bytes, keys: holder.held.size })}\n`);
holder.close();

async function used(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  // Sockets and timers let go of what they held only when they have closed.
  for (let i = 0; i < 4; i += 1) {
    await sleep(250);
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function mirror(): Promise<Holder> {
  const parsed = parseConnectUrl(`${kind}://127.0.0.1:${port}/service`, process.cwd());
  if (!parsed.ok) throw new Error(parsed.error);
  const { settings } = parsed.value;
  if (!isAvailable(settings)) throw new Error(`nothing opens ${kind}`);
  const none = { password: null, keyPassword: null, restPassword: null, restKeyPassword: null, sshPassphrase: null };
  const store = await openStore(settings, none);
  return new Promise((live) => {
    const mirrored = new Mirror(store, '/service/', systemClock, {
      onBatch: () => undefined,
      onStatus: (status) => {
        if (status.kind !== 'live') return;
        live({
          held: mirrored.nodes,
          close() {
            mirrored.close();
            store.close();
          },
        });
      },
    });
    mirrored.start();
  });
}

async function bare(): Promise<Holder> {
  const client = await bareClient(kind as BareKind, Number(port));
  const values = await client.read();
  return { held: values, close: () => client.close() };
}

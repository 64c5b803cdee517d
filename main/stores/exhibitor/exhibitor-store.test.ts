import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable } from '../../../lab/available';
import { plainZooKeeper } from '../../../lab/plain-zookeeper';
import { startZooKeeper, type ZooKeeperServer } from '../../../lab/zookeeper-server';
import type { ZooKeeperStore } from '../zookeeper/zookeeper-store';
import { openExhibitor } from './exhibitor-store';

/**
 * What Exhibitor answers. A double: Exhibitor was last released in 2016 and is in no package registry of today. It is kept to the one
 * request that Patroni makes of it (`patroni/dcs/exhibitor.py: ExhibitorEnsembleProvider`); the ZooKeeper that it names is a real one.
 */
class ExhibitorDouble {
  answer: unknown = null;
  status = 200;
  asked = 0;
  port = 0;
  readonly #server: Server = createServer((request, response) => {
    this.asked += request.url === '/exhibitor/v1/cluster/list' ? 1 : 0;
    response.writeHead(request.url === '/exhibitor/v1/cluster/list' ? this.status : 404);
    response.end(JSON.stringify(this.answer));
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('a server without a port');
    this.port = address.port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe.runIf(await isAvailable('Exhibitor', 'zookeeper'))('the ZooKeeper that Exhibitor names', () => {
  let [first, second]: ZooKeeperServer[] = [];
  const exhibitor = new ExhibitorDouble();
  let store: ZooKeeperStore | null = null;
  const { hosts: _none, ...zookeeper } = plainZooKeeper();
  const open = (pollMs = 300_000, hosts = ['127.0.0.1']): ZooKeeperStore => {
    store = openExhibitor({ hosts, port: exhibitor.port, pollMs, answerMs: 800 }, zookeeper);
    return store;
  };
  beforeAll(async () => {
    await exhibitor.start();
    [first, second] = await Promise.all([startZooKeeper(), startZooKeeper()]);
    for (const server of [first, second]) {
      const own = openExhibitor({ hosts: ['127.0.0.1'], port: exhibitor.port, pollMs: 1000 }, zookeeper);
      exhibitor.answer = { servers: ['127.0.0.1'], port: server?.port };
      await own.create('/service/demo/config', server === first ? 'first' : 'second', null);
      own.close();
    }
  }, 60_000);
  afterEach(() => {
    store?.close();
    exhibitor.status = 200;
  });
  afterAll(async () => {
    await exhibitor.stop();
    await Promise.all([first?.dispose(), second?.dispose()]);
  });
  const config = async (from: ZooKeeperStore): Promise<string | undefined> => {
    const snapshot = await from.snapshot('/service/');
    return snapshot.ok ? snapshot.value.nodes[0]?.value : snapshot.error.message;
  };
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    const end = Date.now() + 15_000;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error('what was waited for did not come');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('is read and written', async () => {
    exhibitor.answer = { servers: ['127.0.0.1'], port: first?.port };
    const one = open();
    expect(one.kind).toBe('exhibitor');
    expect(await config(one)).toBe('first');
    expect(await one.probe('/service')).toMatchObject({ ok: true, value: { endpoint: first?.host, clusterCount: 1 } });
  });

  it('is followed when it moves', async () => {
    exhibitor.answer = { servers: ['127.0.0.1'], port: first?.port };
    const one = open(200);
    expect(await config(one)).toBe('first');
    exhibitor.answer = { servers: ['127.0.0.1'], port: second?.port };
    await until(async () => (await config(one)) === 'second');
  });

  it('stays what it was named last while Exhibitor is away, or answers nonsense', async () => {
    exhibitor.answer = { servers: ['127.0.0.1'], port: first?.port };
    const one = open(200);
    expect(await config(one)).toBe('first');
    const { asked } = exhibitor;
    exhibitor.answer = { servers: [], port: 'no' };
    await until(() => Promise.resolve(exhibitor.asked > asked + 1));
    exhibitor.status = 500;
    one.wake();
    expect(await config(one)).toBe('first');
  });

  it('is not asked for again before its time', async () => {
    exhibitor.answer = { servers: ['127.0.0.1'], port: first?.port };
    const one = open();
    const { asked } = exhibitor;
    for (let i = 0; i < 3; i += 1) {
      one.wake();
      expect(await config(one)).toBe('first');
    }
    expect(exhibitor.asked).toBe(asked + 1);
  });

  it('is not known: the failure says what Exhibitor answered', async () => {
    exhibitor.answer = { hello: 'world' };
    const probed = await open().probe('/service');
    expect(probed).toMatchObject({
      ok: false,
      error: {
        message: `127.0.0.1:${String(exhibitor.port)} answers, but does not tell the servers of a ZooKeeper as Exhibitor does.`,
      },
    });
  });

  it('is not known: nobody is there', async () => {
    const away = openExhibitor({ hosts: ['127.0.0.1'], port: 1, pollMs: 1000 }, zookeeper);
    const probed = await away.probe('/service');
    away.close();
    expect(probed.ok ? null : probed.error.kind).toBe('refused');
    expect(probed.ok ? null : probed.error.advice).toContain('Exhibitor runs');
  });
});

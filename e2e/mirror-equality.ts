import type { Page } from '@playwright/test';
import type { EtcdServer } from '../lab/etcd-server';

/** A key as both sides tell it, for comparison. */
export interface KeyLine {
  readonly key: string;
  readonly value: string;
  readonly createRevision: string;
  readonly modRevision: string;
  readonly version: string;
  readonly lease: string | null;
}

/** What `etcdctl get --prefix` says. */
export async function keysInEtcd(etcd: EtcdServer, prefix: string): Promise<KeyLine[]> {
  // Revisions and leases pass 2^53: they are made strings before JSON.parse can round them.
  const text = (await etcd.ctl(['get', '--prefix', prefix, '-w', 'json'])).replace(
    /"(create_revision|mod_revision|version|lease)":(\d+)/g,
    '"$1":"$2"',
  );
  const { kvs = [] } = JSON.parse(text) as {
    kvs?: {
      key: string;
      value?: string;
      create_revision: string;
      mod_revision: string;
      version: string;
      lease?: string;
    }[];
  };
  return kvs.map((kv) => ({
    key: decode(kv.key),
    value: decode(kv.value ?? ''),
    createRevision: kv.create_revision,
    modRevision: kv.mod_revision,
    version: kv.version,
    lease: kv.lease ?? null,
  }));
}

/**
 * What the window is sent of one cluster, through the same request that its views use. Opening it this way starts the
 * feed's patches anew behind the views' back, so a test asks at its end.
 */
export async function keysInWindow(page: Page, clusterId: string): Promise<KeyLine[]> {
  const answer = await page.evaluate((id) => window.herdscope.request('cluster.open', { clusterId: id }), clusterId);
  if (!answer.ok || answer.value === null) throw new Error(`the window has no cluster ${clusterId}`);
  return answer.value.keys.map(({ key, value, createRevision, modRevision, version, session }) => ({
    key,
    value,
    createRevision,
    modRevision,
    version,
    lease: session,
  }));
}

/** The id of this scope's cluster, as its line in the fleet list carries it. */
export async function clusterIdOf(page: Page, scope: string): Promise<string> {
  const id = await page.getByRole('option').filter({ hasText: scope }).first().getAttribute('data-fleet-row');
  if (id === null) throw new Error(`no cluster ${scope} in the fleet`);
  return id;
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

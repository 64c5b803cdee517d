/** Keys and values of a fleet as Patroni 4.1 writes them, for benchmarks: `clusters` × `members`, all well. */
export function fleetKeys(clusters: number, members: number): [key: string, value: string][] {
  const keys: [string, string][] = [];
  for (let c = 0; c < clusters; c++) {
    const scope = `cluster-${String(c).padStart(3, '0')}`;
    const base = `/service/${scope}`;
    const put = (key: string, value: unknown): void => {
      keys.push([`${base}/${key}`, typeof value === 'string' ? value : JSON.stringify(value)]);
    };
    put('initialize', `77111685194503${String(c).padStart(5, '0')}`);
    put('config', {
      ttl: 30,
      loop_wait: 10,
      retry_timeout: 10,
      maximum_lag_on_failover: 1048576,
      postgresql: { use_slots: true, use_pg_rewind: true },
    });
    put('leader', memberName(c, 0));
    put('status', {
      optime: 167772256,
      slots: Object.fromEntries(range(members).map((m) => [memberName(c, m), 167772256])),
      retain_slots: range(members).map((m) => memberName(c, m)),
    });
    put('history', [
      [1, 67420384, 'no recovery target specified', '2026-11-01T10:00:00.000000+00:00', memberName(c, 0)],
    ]);
    for (const m of range(members)) put(`members/${memberName(c, m)}`, memberValue(c, m, 167772256));
  }
  return keys;
}

/** The name of a fleet's member; it is a valid slot name. */
export function memberName(cluster: number, member: number): string {
  return `c${cluster}pg${member + 1}`;
}

/** A member's value with its WAL at `lsn` bytes. */
export function memberValue(cluster: number, member: number, lsn: number): Record<string, unknown> {
  const leader = member === 0;
  const address = `127.${cluster & 255}.${cluster >> 8}.${member + 1}`;
  return {
    conn_url: `postgres://${address}:5432/postgres`,
    api_url: `http://${address}:8008/patroni`,
    state: 'running',
    role: leader ? 'primary' : 'replica',
    version: '4.1.5',
    xlog_location: lsn,
    ...(leader ? {} : { receive_lsn: lsn, replay_lsn: lsn, replication_state: 'streaming' }),
    timeline: 2,
  };
}

function range(n: number): number[] {
  return [...Array(n).keys()];
}

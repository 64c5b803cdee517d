import { type PatroniKey, patroniKey, parseKey, scopePrefix } from '../../../app/dcs/keys';

/** What a key is, for a person. */
export interface KeyWords {
  /** A word or two, e.g. `leader lock`. */
  readonly title: string;
  /** A sentence or two: what Patroni uses it for. */
  readonly meaning: string;
  /** Whether Patroni reads the value as JSON. */
  readonly expectsJson: boolean;
}

const foreign: KeyWords = { title: 'not Patroni’s', meaning: 'Patroni does not use this key.', expectsJson: false };

/** What one of a cluster's keys is for. */
export function keyWords(namespace: string, key: string): KeyWords {
  const path = parseKey(namespace, key);
  const known = path === null ? null : patroniKey(path.relative);
  return known === null ? foreign : wordsOf(known);
}

function wordsOf(key: PatroniKey): KeyWords {
  switch (key.kind) {
    case 'initialize':
      return {
        title: 'system identifier',
        meaning: 'Given once, when the cluster is made. Patroni refuses members whose data folder has another.',
        expectsJson: false,
      };
    case 'config':
      return {
        title: 'configuration',
        meaning:
          'What all members share: Patroni’s settings and PostgreSQL’s parameters. patronictl edit-config changes it.',
        expectsJson: true,
      };
    case 'leader':
      return {
        title: 'leader lock',
        meaning: 'The name of the member that leads. It goes away with its session when the leader stops renewing it.',
        expectsJson: false,
      };
    case 'status':
      return {
        title: 'status',
        meaning: 'The leader’s WAL position and those of its permanent slots, written by the leader once a loop.',
        expectsJson: true,
      };
    case 'leader-optime':
      return {
        title: 'leader’s position',
        meaning: 'The leader’s WAL position as old versions of Patroni write it. Read only where there is no status.',
        expectsJson: false,
      };
    case 'failover':
      return {
        title: 'failover request',
        meaning: 'A failover or switchover that was asked for. The leader removes it when it is done.',
        expectsJson: false,
      };
    case 'sync':
      return {
        title: 'synchronous state',
        meaning: 'Who may take over without losing a transaction. Patroni changes it before PostgreSQL’s own setting.',
        expectsJson: true,
      };
    case 'history':
      return {
        title: 'timeline history',
        meaning: 'One entry for each change of the timeline: from where, when, and to whom.',
        expectsJson: true,
      };
    case 'failsafe':
      return {
        title: 'failsafe members',
        meaning: 'Whom a leader must reach to stay one while the store does not answer (failsafe_mode).',
        expectsJson: true,
      };
    case 'member':
      return {
        title: 'member',
        meaning: 'How the member last described itself. The key goes away with its session when the member stops.',
        expectsJson: true,
      };
  }
}

/** A key's name below its cluster in two parts: folders, shown quietly, and the name itself. The whole key where it is not below the cluster. */
export function shortName(namespace: string, scope: string, key: string): readonly [folders: string, name: string] {
  const prefix = scopePrefix(namespace, scope);
  if (!key.startsWith(prefix)) return ['', key];
  const relative = key.slice(prefix.length);
  const slash = relative.lastIndexOf('/');
  return [relative.slice(0, slash + 1), relative.slice(slash + 1)];
}

/** An etcd lease's id as etcdctl writes it, in hexadecimal; any other id as it is. */
export function sessionName(session: string): string {
  return /^\d{1,20}$/.test(session) ? BigInt(session).toString(16).padStart(16, '0') : session;
}

/** Whether the store tells how often a key was written: Consul and etcd v2 do not. */
export function countsWrites({ version }: { readonly version: string }): boolean {
  return version !== '0';
}

import type { Clock } from '../../../app/clock';
import { namespacePrefix } from '../../../app/dcs/keys';
import type { StoreNode } from '../../../app/dcs/node';
import { nextRevision } from '../../../app/dcs/revision';
import type {
  NodeChange,
  ReadableStore,
  SessionState,
  StoreFailure,
  StoreProbe,
  StoreSnapshot,
  StoreWatch,
  WatchListener,
} from '../../../app/dcs/store';
import { get } from '../../../app/cluster/parsed';
import type { Finding } from '../../../app/findings/finding';
import type { MemberApi } from '../../../app/operations/member-api';
import { err, ok, type Result } from '../../../app/result';
import { sameData } from '../../../app/same-data';
import type { Untold } from '../../../app/snapshot/picture';
import { compareText } from '../../../app/text';
import { memberAddress } from '../../patroni-api/member-address';
import { mergeFailures } from '../merge-failures';
import { askMembers, type Round, type ToldCluster } from './ask-members';
import { madeKeys } from './made-keys';
import { notesOn, unseenNote } from './notes';

export interface RestStoreOptions {
  /** `rest`, or `raft` for a cluster whose members keep their state among themselves. */
  readonly kind: 'rest' | 'raft';
  /** `http(s)://host:port` of some members of each cluster; the others are found. */
  readonly members: readonly string[];
  readonly api: MemberApi;
  readonly clock: Clock;
  /** How often the members are asked, in milliseconds; every `loop_wait` of theirs when not said. */
  readonly everyMs?: number;
}

/** What no member's REST API tells. */
const UNTOLD: readonly Untold[] = ['revisions', 'sessions', 'times-to-live', 'status', 'member-details'];

/** As often as Patroni itself looks, but never more often than this. */
const LEAST_EVERY_MS = 1000;
const PATRONI_LOOP_WAIT_SECONDS = 10;

/**
 * Clusters as their members' REST API tells them, where the store itself cannot be reached. Read only. The keys are made of
 * what is told (`made-keys.ts`): what is not told is not there, and `untold` says what. Revisions count what this program has
 * seen change; they are nobody else's. The members are asked at a fixed interval, so what came and went between is not seen.
 */
export class RestStore implements ReadableStore {
  readonly untold = UNTOLD;
  readonly #scopes = new Map<string, string>();
  readonly #watches = new Set<WatchListener>();
  #nodes = new Map<string, StoreNode>();
  #notes = new Map<string, readonly Finding[]>();
  #revision = '0';
  #everyMs: number;
  #asking: Promise<Result<null, StoreFailure>> | null = null;
  #stopTimer: (() => void) | null = null;
  #closed = false;

  constructor(private readonly options: RestStoreOptions) {
    this.#everyMs = options.everyMs ?? PATRONI_LOOP_WAIT_SECONDS * 1000;
  }

  get kind(): 'rest' | 'raft' {
    return this.options.kind;
  }

  async snapshot(prefix: string): Promise<Result<StoreSnapshot, StoreFailure>> {
    const asked = await this.#ask();
    if (!asked.ok) return asked;
    return ok({ storeId: 'rest', revision: this.#revision, nodes: this.#below(prefix) });
  }

  watch(prefix: string, fromRevision: string, listener: WatchListener): StoreWatch {
    const all = namespacePrefix(prefix);
    const mine: WatchListener = {
      ...listener,
      onReady: () => listener.onReady(),
      onEnd: (end) => listener.onEnd(end),
      onBatch: ({ revision, changes }) =>
        listener.onBatch({ revision, changes: changes.filter((change) => keyOf(change).startsWith(all)) }),
    };
    this.#watches.add(mine);
    // It keeps no past: who read at another round reads anew.
    if (fromRevision === nextRevision(this.#revision)) void this.#round();
    else {
      void Promise.resolve().then(() => {
        if (this.#watches.delete(mine)) listener.onEnd({ kind: 'compacted', compactRevision: this.#revision });
      });
    }
    return {
      close: () => {
        this.#watches.delete(mine);
        if (this.#watches.size === 0) this.#stop();
      },
    };
  }

  /** What is odd in what the members of a scope tell. */
  findings(scope: string): readonly Finding[] {
    return this.#notes.get(scope) ?? [];
  }

  async sessions(): Promise<Result<readonly SessionState[], StoreFailure>> {
    return ok([]);
  }

  async probe(prefix: string): Promise<Result<StoreProbe, StoreFailure>> {
    const began = this.options.clock.now();
    const scopes = new Map<string, string>();
    const round = await askMembers(this.options.api, this.options.members, scopes);
    const seen = round.clusters.filter(({ witness }) => witness !== null);
    if (seen.length === 0) return err(this.#nobody(round));
    const versions = new Set(
      seen.flatMap(({ testimonies }) =>
        testimonies.flatMap(({ patroni }) => {
          const about = patroni.ok ? get(patroni.value, 'patroni') : null;
          const version = typeof about === 'object' && about !== null && 'version' in about ? about['version'] : null;
          return typeof version === 'string' ? [version] : [];
        }),
      ),
    );
    const keys = seen.flatMap((told) => [...this.#keysOf(told).keys()]);
    return ok({
      endpoint: seen.flatMap(({ witness }) => witness?.origin ?? []).join(', '),
      version: `Patroni ${[...versions].sort(compareText).join(', ')} (REST API)`,
      clusterCount: seen.length,
      keyCount: keys.filter((key) => key.startsWith(namespacePrefix(prefix))).length,
      elapsedMs: this.options.clock.now() - began,
    });
  }

  /** Asks at once: each question has a connection of its own, so none can be dead. */
  wake(): void {
    if (this.#watches.size > 0) void this.#round();
  }

  close(): void {
    this.#closed = true;
    this.#watches.clear();
    this.#stop();
  }

  #stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  async #round(): Promise<void> {
    this.#stop();
    const asked = await this.#ask();
    if (this.#closed || this.#watches.size === 0) return;
    const watches = [...this.#watches];
    if (!asked.ok) {
      this.#watches.clear();
      for (const one of watches) one.onEnd({ kind: 'failed', failure: asked.error });
      return;
    }
    for (const one of watches) if (this.#watches.has(one)) one.onReady();
    this.#stop();
    this.#stopTimer = this.options.clock.after(this.#everyMs, () => void this.#round());
  }

  /** One round of questions; those who ask at once share it. */
  #ask(): Promise<Result<null, StoreFailure>> {
    const asking = this.#asking ?? this.#askNow().finally(() => (this.#asking = null));
    this.#asking = asking;
    return asking;
  }

  async #askNow(): Promise<Result<null, StoreFailure>> {
    const round = await askMembers(this.options.api, this.options.members, this.#scopes);
    if (round.clusters.every(({ witness }) => witness === null)) return err(this.#nobody(round));
    const now = new Map<string, { readonly value: string; readonly scope: string }>();
    const notes = new Map<string, readonly Finding[]>();
    for (const told of round.clusters) {
      const { scope, witness } = told;
      if (witness === null) {
        // The picture stays, and says that it is old.
        for (const [key, { value }] of this.#nodes) if (key.startsWith(`/${scope}/`)) now.set(key, { value, scope });
        notes.set(scope, [unseenNote(told)]);
        continue;
      }
      for (const [key, value] of this.#keysOf(told)) now.set(key, { value, scope });
      notes.set(scope, notesOn(told, round.silent));
    }
    if (this.options.everyMs === undefined) this.#everyMs = everyMs(round.clusters);
    const changes = this.#take(now, notes);
    const batch = { revision: this.#revision, changes };
    for (const one of [...this.#watches]) if (this.#watches.has(one)) one.onBatch(batch);
    return ok(null);
  }

  #keysOf(told: ToldCluster): ReadonlyMap<string, string> {
    return new Map([...madeKeys(told)].map(([relative, value]) => [`/${told.scope}/${relative}`, value]));
  }

  /** What changed since the round before, each under the revision of this one. */
  #take(
    now: ReadonlyMap<string, { readonly value: string; readonly scope: string }>,
    notes: Map<string, readonly Finding[]>,
  ): readonly NodeChange[] {
    const revision = nextRevision(this.#revision);
    const noted = new Set(
      [...notes].filter(([scope, found]) => !sameData(this.#notes.get(scope), found)).map(([s]) => s),
    );
    const changes: NodeChange[] = [];
    for (const [key, { value, scope }] of now) {
      const before = this.#nodes.get(key);
      // A cluster is looked at anew when one of its keys is told: so are the notes on it.
      if (before?.value === value && !noted.delete(scope)) continue;
      noted.delete(scope);
      const node: StoreNode = {
        key,
        value,
        bytes: Buffer.byteLength(value),
        createRevision: before?.createRevision ?? revision,
        modRevision: revision,
        version: before === undefined ? '1' : nextRevision(before.version),
        session: null,
      };
      changes.push({ kind: 'put', node });
    }
    for (const key of this.#nodes.keys())
      if (!now.has(key)) changes.push({ kind: 'delete', key, modRevision: revision });
    this.#notes = notes;
    if (changes.length === 0) return changes;
    const nodes = new Map(this.#nodes);
    for (const change of changes) {
      if (change.kind === 'put') nodes.set(change.node.key, change.node);
      else nodes.delete(change.key);
    }
    this.#nodes = nodes;
    this.#revision = revision;
    return changes;
  }

  #below(prefix: string): readonly StoreNode[] {
    const all = namespacePrefix(prefix);
    return [...this.#nodes.values()].filter(({ key }) => key.startsWith(all)).sort((a, b) => compareText(a.key, b.key));
  }

  #nobody({ clusters, silent }: Round): StoreFailure {
    const testimonies = [...silent, ...clusters.flatMap((told) => told.testimonies)];
    // Who answers but tells no cluster says most.
    const able = testimonies.find(({ patroni, cluster }) => patroni.ok && !cluster.ok);
    if (able !== undefined) {
      return {
        kind: 'unavailable',
        endpoint: able.origin,
        message: `The member at ${able.origin} answers, but gives no picture of its cluster: as a rule it cannot reach its store.`,
        advice: 'Look into its Patroni log, and whether its store is up.',
        detail: able.cluster.ok ? '' : able.cluster.error.detail,
      };
    }
    const failures = testimonies.flatMap(({ patroni }) => (patroni.ok ? [] : [patroni.error]));
    const given = this.options.members.filter((url) => memberAddress(url) !== null);
    return (
      mergeFailures(failures) ?? {
        kind: 'other',
        endpoint: this.options.members.join(', '),
        message: given.length === 0 ? 'No address of a member is given.' : 'No member tells of a cluster.',
        advice: 'Give the address of a member, e.g. http://10.0.0.1:8008.',
        detail: 'no testimony',
      }
    );
  }
}

/** Every `loop_wait` of the cluster with the shortest one. */
function everyMs(clusters: readonly ToldCluster[]): number {
  const waits = clusters.map(({ config }) => (config === null ? undefined : get(config, 'loop_wait')));
  const seconds = waits.filter((wait): wait is number => typeof wait === 'number' && wait > 0);
  return Math.max(LEAST_EVERY_MS, Math.min(PATRONI_LOOP_WAIT_SECONDS, ...seconds) * 1000);
}

function keyOf(change: NodeChange): string {
  return change.kind === 'put' ? change.node.key : change.key;
}

import { get } from '../../../app/cluster/parsed';
import type { Evidence, Finding, Severity, Subject } from '../../../app/findings/finding';
import type { JsonObject } from '../../../app/json';
import { listNames } from '../../../app/text';
import { isLeader, lastSeen, membersIn, nameOf, originOf, type Testimony, type ToldCluster } from './ask-members';

/** A member whose word from the store is older than that of others by so much does not hear from it. */
const STALE_SECONDS = 30;

/** What is odd in what the members tell: who is silent, who contradicts whom, who no longer hears from the store. */
export function notesOn(told: ToldCluster, silent: readonly Testimony[]): readonly Finding[] {
  const { witness } = told;
  const members = witness !== null && witness.cluster.ok ? membersIn(witness.cluster.value) : [];
  const names = new Map(members.map((member) => [originOf(member) ?? '', nameOf(member) ?? '']));
  const name = (one: Testimony): string => names.get(one.origin) ?? one.origin;
  return [
    ...disagreeing(told.testimonies, name),
    ...twoPrimaries(told.testimonies, name),
    ...withoutApi(members),
    ...stale(told.testimonies, name),
    ...unreachable(told.testimonies, names),
    ...givenInVain(silent),
  ];
}

function disagreeing(testimonies: readonly Testimony[], name: (one: Testimony) => string): readonly Finding[] {
  const said = testimonies.flatMap((one) => {
    if (!one.cluster.ok) return [];
    const leader = membersIn(one.cluster.value).find(isLeader);
    return [{ by: name(one), leader: leader === undefined ? 'nobody' : (nameOf(leader) ?? 'nobody') }];
  });
  const leaders = [...new Set(said.map(({ leader }) => leader))];
  if (leaders.length < 2) return [];
  return [
    finding(
      'rest-leaders-disagree',
      'warning',
      { kind: 'cluster' },
      {
        title: `The members do not agree on who leads: ${listNames(leaders)}`,
        meaning:
          'They were asked at about the same time. It passes within a moment during a switchover; when it stays, they do not read the same store.',
        advice: 'Ask again in a moment. When it stays, compare the store settings in their patroni.yml.',
        evidence: said.map(({ by, leader }) => ({ label: `${by} says`, value: leader })),
      },
    ),
  ];
}

function twoPrimaries(testimonies: readonly Testimony[], name: (one: Testimony) => string): readonly Finding[] {
  const primaries = testimonies.filter(({ patroni }) => {
    if (!patroni.ok || get(patroni.value, 'state') !== 'running') return false;
    const role = get(patroni.value, 'role');
    return role === 'primary' || role === 'master';
  });
  if (primaries.length < 2) return [];
  return [
    finding(
      'rest-two-primaries',
      'critical',
      { kind: 'cluster' },
      {
        title: `${listNames(primaries.map(name))} each say that they are the primary`,
        meaning: 'Each runs a PostgreSQL that takes writes. What is written to one of them may be lost.',
        advice: 'Keep clients away from the one that does not hold the leader lock, and look into its log at once.',
        evidence: primaries.map((one) => ({ label: `role of ${name(one)}`, value: 'primary, running' })),
      },
    ),
  ];
}

function stale(testimonies: readonly Testimony[], name: (one: Testimony) => string): readonly Finding[] {
  const seen = testimonies.flatMap((one) => {
    const at = lastSeen(one);
    return at === null ? [] : [{ one, at }];
  });
  const newest = Math.max(...seen.map(({ at }) => at));
  return seen
    .filter(({ at }) => newest - at > STALE_SECONDS)
    .map(({ one, at }) =>
      finding(
        'rest-member-stale',
        'warning',
        { kind: 'member', name: name(one) },
        {
          title: `${name(one)} has not heard from its store for longer than the others`,
          meaning: 'What it says of the cluster may be old. Or its clock differs from theirs: each counts by its own.',
          advice: 'Look into its Patroni log for errors of the store, and whether its clock is right.',
          evidence: [
            { label: 'dcs_last_seen', value: instant(at) },
            { label: 'dcs_last_seen of the one that heard last', value: instant(newest) },
          ],
        },
      ),
    );
}

function unreachable(testimonies: readonly Testimony[], names: ReadonlyMap<string, string>): readonly Finding[] {
  return testimonies.flatMap(({ origin, patroni, cluster }): readonly Finding[] => {
    const name = names.get(origin) ?? origin;
    const subject: Subject = names.has(origin) ? { kind: 'member', name } : { kind: 'cluster' };
    if (!patroni.ok) {
      return [
        finding('rest-member-silent', 'warning', subject, {
          title: `${name} does not answer`,
          meaning: `${patroni.error.message} What is shown of it is what another member reads in the store.`,
          advice: patroni.error.advice,
          evidence: [{ label: 'asked at', value: origin }],
        }),
      ];
    }
    if (cluster.ok) return [];
    return [
      finding('rest-member-without-store', 'warning', subject, {
        title: `${name} answers, but gives no picture of the cluster`,
        meaning: `As a rule it cannot reach its store. ${cluster.error.message}`,
        advice: 'Look into its Patroni log, and whether its store is up.',
        evidence: [{ label: 'asked at', value: `${origin}/cluster` }],
      }),
    ];
  });
}

function withoutApi(members: readonly JsonObject[]): readonly Finding[] {
  return members
    .filter((member) => originOf(member) === null)
    .map((member) =>
      finding(
        'rest-member-without-address',
        'info',
        { kind: 'member', name: nameOf(member) ?? '' },
        {
          title: `${nameOf(member) ?? ''} tells no address of its REST API`,
          meaning: 'It could not be asked. What is shown of it is what another member reads in the store.',
          advice: 'Look at restapi.connect_address in its patroni.yml.',
          evidence: [],
        },
      ),
    );
}

function givenInVain(silent: readonly Testimony[]): readonly Finding[] {
  return silent.map(({ origin, patroni }) =>
    finding(
      `rest-address-silent ${origin}`,
      'info',
      { kind: 'cluster' },
      {
        title: `No cluster is told at ${origin}`,
        meaning: `The connection names this address. ${patroni.ok ? 'What answers there names no scope.' : patroni.error.message}`,
        advice: patroni.ok ? 'Take the address out of the connection.' : patroni.error.advice,
        evidence: [],
      },
    ),
  );
}

/** All that is known of a cluster of which nobody gives a picture any more. */
export function unseenNote(told: ToldCluster | null): Finding {
  const failures = (told?.testimonies ?? []).flatMap(({ origin, cluster }) =>
    cluster.ok ? [] : [{ label: origin, value: cluster.error.message }],
  );
  return finding(
    'rest-cluster-unseen',
    'critical',
    { kind: 'cluster' },
    {
      title: 'No member gives a picture of this cluster any more',
      meaning: 'What is shown is as it was when one last did; none of it is known to be so now.',
      advice: 'Look whether the members run and can be reached, and whether they reach their store.',
      evidence: failures,
    },
  );
}

function finding(
  code: string,
  severity: Severity,
  subject: Subject,
  words: {
    readonly title: string;
    readonly meaning: string;
    readonly advice: string;
    readonly evidence: readonly Evidence[];
  },
): Finding {
  const about = subject.kind === 'member' ? subject.name : subject.kind;
  return {
    id: `${code}:${about}`,
    code: code.split(' ')[0] ?? code,
    severity,
    subject,
    group: null,
    ...words,
    evidence: words.evidence.slice(0, 20),
  };
}

function instant(seconds: number): string {
  const at = new Date(seconds * 1000);
  return Number.isNaN(at.getTime()) ? String(seconds) : at.toISOString();
}

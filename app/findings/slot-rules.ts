import type * as Cluster from '../cluster/cluster';
import { parseInt } from '../cluster/coerce';
import * as GlobalConfig from '../cluster/global-config';
import * as Lsn from '../cluster/lsn';
import { get, isObject } from '../cluster/parsed';
import { rulesOf } from '../cluster/rules-of';
import { assertNever } from '../assert-never';
import type { SlotProblem } from '../slots/slot';
import { heldOf, isLeastOf, type NamedCell, serverSlots, type SlotCell } from '../slots/server-slots';
import { slotNameLiteral } from '../slots/slot-name';
import { listNames } from '../text';
import { type Draft, type RuleContext, wholeCluster } from './rule';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
/** Without a limit of PostgreSQL's own, WAL of this size is worth a warning, and worth knowing. */
const MUCH_WAL = 10 * GIB;
const SOME_WAL = GIB;
/** In MB: `patroni/postgresql/config.py: CMDLINE_OPTIONS`. */
const DEFAULT_WAL_KEEP_SIZE = 128;

/** What is wrong with the slots that Patroni is to keep on the leader. `patroni/dcs: Cluster._merge_permanent_slots`. */
export function slotProblems({ cluster, leaderName, key }: RuleContext): readonly Draft[] {
  const server = leaderName ?? cluster.members[0]?.name;
  const problems = server === undefined ? [] : serverSlots(cluster, server).problems;
  const configured = Object.keys(GlobalConfig.permanentSlots(cluster.config));
  const off: Draft[] =
    configured.length === 0 || GlobalConfig.useSlots(cluster.config, rulesOf(cluster))
      ? []
      : [
          {
            code: 'permanent-slots-without-use-slots',
            severity: 'warning',
            subject: { kind: 'key', key: key('config') },
            title: 'Permanent slots are configured, and use_slots is off',
            meaning: `Patroni keeps none of them: ${listNames(configured)}.`,
            advice: 'Set postgresql.use_slots to true, or take the permanent slots out of the configuration.',
            evidence: [{ label: 'postgresql.use_slots', value: 'off', key: key('config') }],
          },
        ];
  return [...off, ...problems.flatMap((problem) => problemDraft(problem, key))];
}

function problemDraft(problem: SlotProblem, key: RuleContext['key']): readonly Draft[] {
  const subject = { kind: 'key', key: key('config') } as const;
  const evidence = (slot: string) => [{ label: 'slot', value: slot, key: key('config') }];
  switch (problem.kind) {
    // Found from the members' names (key-rules), whether or not their slots are on the leader.
    case 'shared-name':
      return [];
    // A bad value is one of the configuration (config-rules) as well, which has the words for each type.
    case 'bad-value':
      return [
        {
          code: 'permanent-slot-unusable',
          severity: 'warning',
          subject,
          about: problem.slot,
          title: `The permanent slot ${problem.slot} is not one that Patroni can make`,
          meaning:
            'Its value is neither a physical slot nor a logical one with database and plugin. Patroni passes it over.',
          advice: 'Give it type: physical, or type: logical with database and plugin.',
          evidence: evidence(problem.slot),
        },
      ];
    case 'invalid-name':
      return [
        {
          code: 'permanent-slot-name',
          severity: 'warning',
          subject,
          about: problem.slot,
          title: `PostgreSQL takes no slot of the name ${problem.slot}`,
          meaning: 'Slot names have up to 63 lower-case letters, digits and underscores. Patroni passes this one over.',
          advice: 'Rename it in the configuration, and in whatever reads it.',
          evidence: evidence(problem.slot),
        },
      ];
    case 'logical-conflict':
      return [
        {
          code: 'permanent-slot-conflict',
          severity: 'warning',
          subject,
          about: problem.slot,
          title: `The logical slot ${problem.slot} has the name of a physical one`,
          meaning: `Patroni keeps the physical slot${problem.members.length > 0 ? ` of ${listNames(problem.members)}` : ''}, and not the logical one: its reader has no slot.`,
          advice: 'Rename the logical slot in the configuration, and in whatever reads it.',
          evidence: evidence(problem.slot),
        },
      ];
    case 'logical-disabled':
      return [];
    case 'permanent-slots-unreadable':
      return [
        {
          code: 'permanent-slots-unreadable',
          severity: 'critical',
          subject,
          title: 'The permanent slots are no section of names',
          meaning: 'Patroni stops at this in each round, before it does anything about slots.',
          advice:
            'Make slots (or permanent_slots, permanent_replication_slots) a section: a name, and below it the slot.',
          evidence: [],
        },
      ];
    default:
      return assertNever(problem);
  }
}

/** Slots on the leader that no member has, and how much WAL they hold. */
export function slotsWithoutMember({ cluster, leaderName, key }: RuleContext): readonly Draft[] {
  return onLeader(cluster, leaderName).flatMap(([name, cell]): Draft[] => {
    if (cell.kind !== 'unexpected' && !(cell.kind === 'expected' && cell.slot.purpose.kind === 'retained')) return [];
    const held = heldOf(cell);
    const evidence = [
      { label: 'position', value: positionText(cell), key: key('status') },
      { label: 'WAL held', value: held === null ? 'not known' : heldText(held, cell) },
    ];
    const holds = held === null || held === 0 ? '' : ` and holds ${heldText(held, cell)} of WAL`;
    const literal = slotNameLiteral(name);
    const drop = literal === null ? '' : `: select pg_drop_replication_slot(${literal})`;
    const shared = { subject: wholeCluster, about: name, evidence };
    if (cell.kind === 'unexpected')
      return [
        {
          ...shared,
          code: 'slot-not-asked-for',
          severity: held !== null && held >= SOME_WAL ? 'warning' : 'info',
          title: `The slot ${name} is on the leader${holds}; no member and no configuration asks for it`,
          meaning:
            'Somebody made it by hand, or it is left over. It does not follow a failover: who reads from it loses its place.',
          advice: `Let Patroni keep it (slots in the configuration), leave it to whoever made it (ignore_slots), or drop it${drop}.`,
        },
      ];
    return [
      {
        ...shared,
        code: 'slot-of-a-member-gone',
        severity: held !== null && held >= SOME_WAL ? 'warning' : 'info',
        title: `The slot ${name} is kept for a member that went away${holds}`,
        meaning: `Patroni keeps it for member_slots_ttl (${String(GlobalConfig.memberSlotsTtlSeconds(cluster.config))} s), so that the member can come back.`,
        advice: 'Bring the member back, or wait: Patroni drops the slot when the time is over.',
      },
    ];
  });
}

/** Slots on the leader that hold much WAL: measured by max_slot_wal_keep_size where it is configured. */
export function slotsHoldingWal({ cluster, leaderName, key }: RuleContext): readonly Draft[] {
  const limit = walKeepLimit(cluster);
  return onLeader(cluster, leaderName).flatMap(([name, cell]): Draft[] => {
    const held = heldOf(cell);
    if (held === null || cell.kind !== 'expected' || cell.slot.purpose.kind === 'retained') return [];
    const nearLimit = limit !== null && held >= 0.8 * limit.bytes;
    if (!nearLimit && held < SOME_WAL) return [];
    const literal = slotNameLiteral(name);
    const select = literal === null ? '' : ` where slot_name = ${literal}`;
    return [
      {
        code: 'slot-holds-wal',
        severity: nearLimit || held >= MUCH_WAL ? 'warning' : 'info',
        subject: wholeCluster,
        about: name,
        title: `The slot ${name} holds ${heldText(held, cell)} of WAL on ${leaderName ?? 'the leader'}`,
        meaning: holdingWords(held, limit, isLeastOf(cell)),
        advice: `Look whether its reader runs and keeps up: select * from pg_replication_slots${select}.`,
        evidence: [
          { label: 'position', value: positionText(cell), key: key('status') },
          { label: 'WAL held', value: heldText(held, cell) },
          ...(limit === null ? [] : [{ label: limit.parameter, value: Lsn.formatBytes(limit.bytes) }]),
        ],
      },
    ];
  });
}

function holdingWords(held: number, limit: WalKeepLimit | null, isLeast: boolean): string {
  if (limit !== null && held > limit.bytes) {
    return `That ${isLeast ? 'alone ' : ''}is more than ${limit.parameter}: at its next checkpoint PostgreSQL may remove WAL that the reader still needs, and the slot is then of no use.`;
  }
  const without = limit === null ? ', without a limit' : ` up to ${limit.parameter}`;
  return isLeast
    ? `Its reader is that far behind. The leader keeps WAL from further back, from a restart_lsn that the store does not tell${without}.`
    : `Its reader is that far behind. The leader keeps all of it on disk${without}.`;
}

/** What a slot holds. Of a logical one the store tells the least: what its reader has not confirmed. */
function heldText(held: number, cell: SlotCell): string {
  return `${isLeastOf(cell) ? 'at least ' : ''}${Lsn.formatBytes(held)}`;
}

function onLeader(cluster: Cluster.Cluster, leaderName: string | null): readonly NamedCell[] {
  return leaderName === null ? [] : serverSlots(cluster, leaderName).cells;
}

function positionText(cell: SlotCell): string {
  return cell.kind === 'self' || cell.kind === 'none' || cell.lsn === null ? 'not known' : Lsn.format(cell.lsn);
}

/** So much WAL a slot may hold, and the parameter that says so. */
interface WalKeepLimit {
  readonly bytes: number;
  readonly parameter: 'max_slot_wal_keep_size' | 'wal_keep_size';
}

/**
 * So much WAL PostgreSQL keeps for a slot, by the dynamic configuration; null without a limit. It keeps wal_keep_size in any
 * case (`src/backend/access/transam/xlog.c: KeepLogSeg`), which Patroni sets to 128 MB where the configuration does not.
 */
function walKeepLimit(cluster: Cluster.Cluster): WalKeepLimit | null {
  const slots = parameterIn(cluster, 'max_slot_wal_keep_size', 'MB');
  if (slots === null || slots < 0) return null;
  const segments = parameterIn(cluster, 'wal_keep_segments', null);
  const any =
    parameterIn(cluster, 'wal_keep_size', 'MB') ?? (segments === null ? DEFAULT_WAL_KEEP_SIZE : 16 * segments);
  return slots >= any
    ? { bytes: slots * MIB, parameter: 'max_slot_wal_keep_size' }
    : { bytes: any * MIB, parameter: 'wal_keep_size' };
}

/** A numeric parameter of the dynamic configuration in its unit; null when it is not set. */
function parameterIn(cluster: Cluster.Cluster, name: string, unit: 'MB' | null): number | null {
  const postgresql = GlobalConfig.setting(cluster.config, 'postgresql');
  const parameters = isObject(postgresql) ? get(postgresql, 'parameters') : undefined;
  return isObject(parameters) ? parseInt(get(parameters, name), unit) : null;
}

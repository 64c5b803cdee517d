import { hostPort } from '../cluster/connection-url';
import * as GlobalConfig from '../cluster/global-config';
import type { MemberRow } from '../cluster/member-row';
import { isSlotNameCut, MAX_SLOT_NAME_LENGTH, slotNameFromMemberName } from '../slots/slot-name';
import type { KeyProblem } from '../cluster/build-cluster';
import { listNames } from '../text';
import { type Draft, member, type RuleContext, shared, wholeCluster } from './rule';

/** A key whose value is not what Patroni writes. */
export function badValue({ problems, nodes, key, patronictl }: RuleContext): readonly Draft[] {
  return problems.map((problem) => {
    const bytes = nodes.get(problem.key)?.bytes;
    return {
      code: 'bad-value',
      subject: { kind: 'key', key: problem.key },
      title: `The value of ${problem.key} ${problem.problem}`,
      ...consequence(problem, key, patronictl),
      evidence: [
        { label: 'value', value: problem.excerpt === '' ? 'empty' : problem.excerpt, key: problem.key },
        ...(bytes === undefined ? [] : [{ label: 'size', value: `${bytes} B`, key: problem.key }]),
      ],
    };
  });
}

/** What Patroni does with such a value. */
function consequence(
  { key: absolute, problem }: KeyProblem,
  key: RuleContext['key'],
  patronictl: RuleContext['patronictl'],
): Pick<Draft, 'severity' | 'meaning' | 'advice'> {
  const rewrite = 'The member that owns the key writes it anew in its next round, if it still runs.';
  switch (absolute) {
    case key('failover'):
      // `dateutil` raises in Failover.from_node, and then the whole cluster cannot be loaded.
      return problem.includes('not an instant')
        ? {
            severity: 'critical',
            meaning:
              'Patroni may not be able to read the time, and then cannot load the cluster at all: the leader is demoted when its lock runs out.',
            advice: `Remove the key: ${patronictl('flush', 'switchover')}, or delete it in the store.`,
          }
        : {
            severity: 'warning',
            meaning: 'Patroni drops a request that it cannot follow.',
            advice: `Ask for the switchover again with ${patronictl('switchover')}.`,
          };
    case key('config'):
      return {
        severity: 'warning',
        meaning: 'Each Patroni goes on with the configuration that it had; one that starts now has none but its own.',
        advice: `Correct the key with ${patronictl('edit-config', '--replace', 'FILE')}, from a copy of the configuration.`,
      };
    case key('leader'):
      return {
        severity: 'warning',
        meaning: 'Patroni takes the cluster for one without a leader.',
        advice: 'Someone wrote the key by hand. Delete it, so that a member can take the lock.',
      };
    case key('sync'):
      return {
        severity: 'warning',
        meaning: 'Patroni takes nobody for synchronous, so in synchronous mode only the last leader may lead.',
        advice: rewrite,
      };
    default:
      return {
        severity: 'warning',
        meaning: 'Patroni, too, reads from it only what it can: the rest counts as not there.',
        advice: rewrite,
      };
  }
}

/** Keys within the scope that are not Patroni's. */
export function foreignKeys({ foreignKeys: keys, patronictl }: RuleContext): readonly Draft[] {
  if (keys.length === 0) return [];
  return [
    {
      code: 'foreign-keys',
      severity: 'info',
      subject: wholeCluster,
      title: keys.length === 1 ? 'One key here is not Patroni’s' : `${keys.length} keys here are not Patroni’s`,
      meaning: `Patroni does not read them. ${patronictl('remove')} deletes them with the cluster.`,
      advice: 'Nothing, if another program keeps them here on purpose.',
      evidence: keys.slice(0, 5).map((key) => ({ label: 'key', value: key, key })),
    },
  ];
}

/** Two members that say they listen on the same host and port. */
export function sameAddress({ rows, key }: RuleContext): readonly Draft[] {
  const postgres = (row: MemberRow): string | null =>
    row.host === null ? null : hostPort(row.host.toLowerCase(), row.port);
  return [
    ...shared(rows, postgres).map(([address, same]) =>
      clash('same-address', 'PostgreSQL', 'conn_url', address, same, key),
    ),
    ...shared(rows, ({ apiUrl }) => apiUrl).map(([url, same]) =>
      clash('same-api-url', 'the REST API', 'api_url', url, same, key),
    ),
  ];
}

function clash(
  code: string,
  what: string,
  field: string,
  address: string,
  same: readonly MemberRow[],
  key: RuleContext['key'],
): Draft {
  const names = same.map(({ name }) => name);
  return {
    code,
    severity: 'warning',
    subject: wholeCluster,
    about: address,
    title: `${listNames(names)} have the same address for ${what}`,
    meaning:
      'At most one of them can be there. Replicas and clients that look for the other reach the wrong one, perhaps themselves.',
    advice: `Set connect_address in the patroni.yml of each to an address that the others can reach, not localhost.`,
    evidence: names
      .slice(0, 10)
      .map((name) => ({ label: `${field} of ${name}`, value: address, key: key(`members/${name}`) })),
  };
}

/** Members whose names become the same slot name, and names that are cut for it. */
export function slotNames({ cluster, rows, key }: RuleContext): readonly Draft[] {
  if (!GlobalConfig.useSlots(cluster.config)) return [];
  const clashes = shared(rows, ({ name }) => slotNameFromMemberName(name)).map(([slot, same]): Draft => {
    const names = same.map(({ name }) => name);
    return {
      code: 'same-slot-name',
      severity: 'warning',
      subject: wholeCluster,
      about: slot,
      title: `${listNames(names)} share the slot name ${slot}`,
      meaning: 'Patroni makes one replication slot for all of them, and only one can use it: the others cannot stream.',
      advice: 'Rename one of them in its patroni.yml. In slot names case does not count, and - and . become _.',
      evidence: names.slice(0, 10).map((name) => ({ label: 'member', value: name, key: key(`members/${name}`) })),
    };
  });
  const cut = rows
    .filter(({ name }) => isSlotNameCut(name))
    .map(({ name }): Draft => ({
      code: 'slot-name-cut',
      severity: 'info',
      subject: member(name),
      title: `The slot name of ${name} is cut`,
      meaning: `PostgreSQL's names end after ${MAX_SLOT_NAME_LENGTH} characters. Another member whose name begins alike would get the same slot.`,
      advice: 'Give it a shorter name, if it does not stream as it should.',
      evidence: [{ label: 'slot name', value: slotNameFromMemberName(name), key: key(`members/${name}`) }],
    }));
  return [...clashes, ...cut];
}

import * as Cluster from '../../cluster/cluster';
import * as GlobalConfig from '../../cluster/global-config';
import { rulesOf } from '../../cluster/rules-of';
import { type Check, notAsked, warning } from '../check';
import type { Situation } from '../plan';
import { candidateDatabaseChecks } from './candidate-checks';
import { type DatabaseReport, type DatabaseTold, toldByDatabase } from './database-report';
import { leaderDatabaseChecks } from './leader-checks';

/** What came of asking the members’ PostgreSQL. */
export type AskedDatabases =
  /** Nobody gave a login. */
  | { readonly kind: 'no-login' }
  /** There is no PostgreSQL: the practice herd. */
  | { readonly kind: 'nobody-to-ask' }
  | { readonly kind: 'asked'; readonly reports: readonly DatabaseReport[] };

/** What is asked of PostgreSQL itself before the leader stops: of the leader, and of those who might lead then. */
export function databaseChecks(
  situation: Situation,
  candidates: readonly string[],
  isNamed: boolean,
): readonly Check[] {
  const { databases, cluster } = situation;
  if (databases.kind !== 'asked') return unasked(databases, true);
  const { reports } = databases;
  const leader = Cluster.leaderName(cluster);
  const told = (name: string): DatabaseTold | null => toldByDatabase(reports, name);
  const checks: Check[] = [...leaderOnly(situation)];
  for (const candidate of candidates) {
    const own = told(candidate);
    if (own === null) {
      checks.push(unreached(candidate, reports));
      continue;
    }
    const all = candidateDatabaseChecks({
      candidate,
      told: own,
      leader,
      before: leader === null ? null : told(leader),
      followers: cluster.members.map(({ name }) => name).filter((name) => name !== candidate),
      toldBy: told,
      usesSlots: GlobalConfig.useSlots(cluster.config, rulesOf(cluster)),
    });
    // Of several whom Patroni may take, what is good of each would hide what is not.
    checks.push(...(isNamed ? all : all.filter(({ state }) => state !== 'passed')));
  }
  return checks;
}

/** The same before the leader alone is stopped: for its restart. */
export function leaderDatabase(situation: Situation): readonly Check[] {
  const { databases } = situation;
  return databases.kind === 'asked' ? leaderOnly(situation) : unasked(databases, false);
}

function leaderOnly({ cluster, databases }: Situation): readonly Check[] {
  const leader = Cluster.leaderName(cluster);
  if (databases.kind !== 'asked' || leader === null) return [];
  const told = toldByDatabase(databases.reports, leader);
  if (told === null) return [unreached(leader, databases.reports)];
  const members = cluster.members.map(({ name }) => name);
  return leaderDatabaseChecks(leader, told, members);
}

/** Somebody gave a login and wanted it asked: that it was not is to be accepted. */
function unreached(name: string, reports: readonly DatabaseReport[]): Check {
  const said = reports.find((report) => report.name === name)?.said;
  const id = `database ${name}`;
  const title = `PostgreSQL of ${name} was not asked`;
  if (said?.kind === 'failed') return warning(id, title, said.message, 'not known', said.advice);
  if (said?.kind === 'no-address')
    return warning(id, title, 'Its key names no address of PostgreSQL (conn_url).', 'not known');
  return notAsked(id, title, 'It did not come to it.');
}

function unasked({ kind }: Exclude<AskedDatabases, { kind: 'asked' }>, isChange: boolean): readonly Check[] {
  const why =
    kind === 'no-login'
      ? 'Not asked: no PostgreSQL login for this connection.'
      : 'Not asked: the practice herd has no PostgreSQL.';
  const ask = (id: string, title: string, words: string): Check => notAsked(id, title, `${why} ${words}`);
  return [
    ask('transactions', 'Long and prepared transactions', 'One that is open is cut off when the leader stops.'),
    ask(
      'senders',
      'Other WAL senders',
      'One that takes nothing, such as a pg_receivewal that hangs, holds up the shutdown.',
    ),
    ask('archiver', 'Archiver', 'WAL that waits for it is archived before the leader has stopped.'),
    ...(isChange
      ? [
          ask(
            'database-candidate',
            'The candidate’s PostgreSQL',
            'Its replay, its logical slots, its settings, and room for who follows.',
          ),
        ]
      : []),
  ];
}

import { ClusterBuilder } from '../../app/cluster/build-cluster';
import type { StoreNode } from '../../app/dcs/node';
import { utf8Bytes } from '../../app/dcs/utf8';
import type { Finding } from '../../app/findings/finding';
import type { ConnectionView, RequestError } from '../../app/ipc/contract';
import type { Report, ReportSource } from '../../app/report/report';
import { err, ok, type Result } from '../../app/result';
import type { Picture } from '../../app/snapshot/picture';
import { redact } from '../../app/snapshot/redact';
import type { Connections } from '../connections/connections';
import type { ShownTime } from '../recorder/shown-time';

export interface ReportParts {
  readonly connections: Connections;
  /** What the window shows is what is told of. */
  readonly time: Pick<ShownTime, 'feed' | 'pastSource' | 'views'>;
  readonly program: string;
  /** ISO 8601. */
  now(): string;
}

/**
 * A cluster as it stands now, without its secrets and, when `replaceNames` is set, with other names: what the window shows of it, for
 * somebody who has no Herdscope.
 */
export async function makeReport(
  { connections, time, program, now }: ReportParts,
  clusterId: string,
  replaceNames: boolean,
): Promise<Result<Report, RequestError>> {
  const summary = time.feed.summary(clusterId);
  const view = time.views().find(({ id }) => id === summary?.connectionId);
  const found = time.feed.detail(clusterId)?.findings;
  const id = summary?.connectionId ?? '';
  const picture =
    summary === null ? null : await connections.picture(id, new Set([summary.scope]), time.pastSource(id));
  if (summary === null || view === undefined || found === undefined || picture === null)
    return err({ code: 'not-found', message: 'The cluster is gone, or its store has not answered yet.' });
  const { pictures, secretKeys, renaming } = redact([picture, asPicture(found, picture)], replaceNames);
  const [clean, rest] = pictures;
  if (clean === undefined || rest === undefined) throw new Error('a picture was lost');
  return ok({
    scope: renaming?.clusters.get(summary.scope) ?? summary.scope,
    connection: clean.connection,
    namespace: clean.namespace,
    source: sourceOf(view, replaceNames),
    at: picture.at,
    madeAt: now(),
    program,
    untold: picture.untold,
    groups: new ClusterBuilder(clean.namespace).build(new Map(clean.nodes.map((node) => [node.key, node]))).groups,
    findings: findingsOf(rest),
    sessions: clean.sessions,
    namesReplaced: replaceNames,
    secretKeys: secretKeys.filter((key) => !key.startsWith(`${FOUND}/`)).length,
  });
}

/** Where the findings lie while they are redacted; no cluster's key is below it. */
const FOUND = '/herdscope-found';

/**
 * Findings as a picture of their own, so that what is taken out of the keys, or gets another name there, does so in them too: they
 * tell of members that have no key any more.
 */
function asPicture(findings: readonly Finding[], { at, connection, store }: Picture): Picture {
  const nodes = findings.map((finding, i): StoreNode => {
    const value = JSON.stringify({ finding, member: finding.subject.kind === 'member' ? finding.subject.name : '' });
    const key = `${FOUND}/found/${i}`;
    return { key, value, bytes: utf8Bytes(value), createRevision: '1', modRevision: '1', version: '1', session: null };
  });
  return { connection, store, namespace: FOUND, at, revision: '1', nodes, sessions: [], untold: [] };
}

/** What `asPicture` wrote, as it came out. */
function findingsOf({ nodes }: Picture): readonly Finding[] {
  return nodes.map(({ value }) => (JSON.parse(value) as { readonly finding: Finding }).finding);
}

function sourceOf({ kind, status, picture }: ConnectionView, replaceNames: boolean): ReportSource {
  if (kind === 'practice' && status.kind !== 'as-of') return { kind: 'practice' };
  switch (status.kind) {
    case 'live':
      return { kind: 'live' };
    case 'as-of':
      // A file's name, and what is said of its content, may name anything.
      return replaceNames
        ? { kind: 'as-of', from: 'a file', notes: [] }
        : { kind: 'as-of', from: status.from, notes: picture?.notes ?? [] };
    case 'connecting':
    case 'lost':
      return { kind: 'lost' };
  }
}

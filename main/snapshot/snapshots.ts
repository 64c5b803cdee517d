import type { RequestError } from '../../app/ipc/contract';
import type { ComparedClusters, ExportWanted, Extent, SnapshotOpened, SnapshotSurvey } from '../../app/ipc/snapshot';
import { parseKey, scopePrefix } from '../../app/dcs/keys';
import { compare } from '../../app/snapshot/compare/compare';
import { recordingSection } from '../../app/snapshot/file/recording-section';
import { clustersOf, pictureSection } from '../../app/snapshot/file/write';
import type { Picture } from '../../app/snapshot/picture';
import { redact } from '../../app/snapshot/redact';
import { type PictureAndStretch, redactingAll } from '../../app/snapshot/redact/stretches';
import { err, ok, type Result } from '../../app/result';
import type { Connections } from '../connections/connections';
import type { Recorders } from '../recorder/recorders';
import type { ShownTime } from '../recorder/shown-time';
import { slowly } from '../slowly';
import { fileInput, type Input } from './input';
import { openInputs } from './open-inputs';
import { surveyOf } from './survey';
import { writeSnapshotFile } from './write-file';

export interface SnapshotsOptions {
  readonly connections: Connections;
  /** What the window shows is what is written and compared. */
  readonly time: Pick<ShownTime, 'feed' | 'pastSource'>;
  readonly recorders: Pick<Recorders, 'at' | 'stretch'>;
  readonly program: string;
  /** Where the examples are. */
  readonly examples: string;
  /** ISO 8601. */
  now(): string;
}

/** Opens and writes snapshots. */
export class Snapshots {
  constructor(private readonly options: SnapshotsOptions) {}

  /** Opens files that belong together. */
  async openFiles(paths: readonly string[]): Promise<SnapshotOpened> {
    const inputs: Input[] = [];
    const problems: string[] = [];
    for (const path of paths) {
      const input = await fileInput(path);
      if (input.ok) inputs.push(input.value);
      else problems.push(input.error);
    }
    if (inputs.length === 0) return { kind: 'refused', file: '', message: problems.join(' ') };
    return this.open(inputs, problems);
  }

  /** Opens one of the examples that come with the program. */
  openExample(name: string): Promise<SnapshotOpened> {
    return this.openFiles([`${this.options.examples}/${name}.herdscope`]);
  }

  /** Opens what belongs together and shows it; `problems` are sentences about what else there was. */
  async open(inputs: readonly Input[], problems: readonly string[] = []): Promise<SnapshotOpened> {
    const first = inputs[0]?.name ?? '';
    const file = inputs.length > 1 ? `${first} and ${inputs.length - 1} more` : first;
    const found = await openInputs(inputs, this.options.now());
    if (!found.ok) return { kind: 'refused', file, message: [found.error, ...problems].join(' ') };
    const ids = found.value.pictures.map(({ picture, file: from, notes, recording }) =>
      this.options.connections.showPicture(picture, from, notes, recording),
    );
    return { kind: 'opened', file, ids, notes: [...found.value.problems, ...problems] };
  }

  /** What a file would hold. */
  async survey(wanted: ExportWanted): Promise<Result<SnapshotSurvey, RequestError>> {
    const parts = await this.#parts(wanted);
    return parts.ok ? ok(await surveyOf(parts.value, wanted.replaceNames)) : parts;
  }

  /** Writes a file. */
  async write(path: string, wanted: ExportWanted): Promise<Result<null, RequestError>> {
    const parts = await this.#parts(wanted);
    if (!parts.ok) return parts;
    const redacted = await slowly(redactingAll(parts.value, wanted.replaceNames));
    try {
      await writeSnapshotFile(path, {
        program: this.options.program,
        writtenAt: this.options.now(),
        redacted: { secrets: true, names: wanted.replaceNames },
        sections: redacted.parts.flatMap(({ picture, stretch }) => [
          pictureSection(picture),
          ...(stretch === null ? [] : [recordingSection(stretch, clustersOf(picture))]),
        ]),
      });
      return ok(null);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return err({ code: 'refused', message: `The snapshot could not be written: ${reason}.` });
    }
  }

  /** What changed from one cluster to another, whatever each of them is called. */
  async compare(before: string, after: string): Promise<Result<ComparedClusters, RequestError>> {
    const [was, is] = await Promise.all([
      this.#pictures({ kind: 'cluster', clusterId: before }),
      this.#pictures({ kind: 'cluster', clusterId: after }),
    ]);
    if (!was.ok) return was;
    if (!is.ok) return is;
    // A snapshot has no secrets: with them in what is live they would be the first thing that differs, and be shown.
    const [one, other] = redact([...was.value, ...is.value], false).pictures;
    const [from, to] = [this.options.time.feed.summary(before)?.scope, this.options.time.feed.summary(after)?.scope];
    if (one === undefined || other === undefined || from === undefined || to === undefined)
      return err({ code: 'not-found', message: 'One of the two clusters is not there any more.' });
    const comparison = compare(underScope(one, from, to), other);
    return ok({ beforeAt: one.at, afterAt: other.at, comparison });
  }

  /** A name for a file of this extent, without its ending. */
  proposedName(extent: Extent, replaceNames: boolean): string {
    const { time, connections } = this.options;
    const of =
      extent.kind === 'cluster'
        ? time.feed.summary(extent.clusterId)?.scope
        : extent.kind === 'connection'
          ? connections.views().find(({ id }) => id === extent.id)?.name
          : null;
    const day = this.options.now().replace(/[-:]/g, '').replace('T', '-').slice(0, 13);
    return `${replaceNames || of == null ? 'snapshot' : of}-${day}`;
  }

  async #pictures(extent: Extent): Promise<Result<readonly Picture[], RequestError>> {
    const parts = await this.#parts({ extent, span: null });
    return parts.ok ? ok(parts.value.map(({ picture }) => picture)) : parts;
  }

  async #parts({
    extent,
    span,
  }: Pick<ExportWanted, 'extent' | 'span'>): Promise<Result<readonly PictureAndStretch[], RequestError>> {
    const { connections, time } = this.options;
    const found: PictureAndStretch[] = [];
    let ids: readonly string[];
    let scopes: ReadonlySet<string> | null = null;
    if (extent.kind === 'cluster') {
      const summary = time.feed.summary(extent.clusterId);
      ids = summary === null ? [] : [summary.connectionId];
      scopes = new Set(summary === null ? [] : [summary.scope]);
    } else ids = extent.kind === 'connection' ? [extent.id] : connections.views().map(({ id }) => id);
    for (const id of ids) {
      const part = span === null ? null : await this.#partOf(id, scopes, span);
      if (part?.ok === false) return part;
      if (part?.ok === true && part.value !== null) found.push(part.value);
      else {
        const picture = await connections.picture(id, scopes, time.pastSource(id));
        if (picture !== null) found.push({ picture, stretch: null });
      }
    }
    const nothing = 'There is nothing to export: no store has answered yet, or the cluster is gone.';
    return found.length > 0 ? ok(found) : err({ code: 'not-found', message: nothing });
  }

  /** What was recorded of a connection in a span, and the picture at its end; null when nothing was. */
  async #partOf(
    id: string,
    scopes: ReadonlySet<string> | null,
    span: NonNullable<ExportWanted['span']>,
  ): Promise<Result<PictureAndStretch | null, RequestError>> {
    const { recorders, connections } = this.options;
    const [fromMs, toMs] = [Date.parse(span.from), Date.parse(span.to)];
    if (fromMs >= toMs) return err({ code: 'invalid', message: 'A span of time begins before it ends.' });
    const stretch = await recorders.stretch(id, { fromMs, toMs, scopes });
    if (!stretch.ok) return err({ code: 'refused', message: stretch.error });
    const view = connections.views().find((one) => one.id === id);
    const instant = stretch.value === null ? null : await recorders.at(id, toMs);
    if (stretch.value === null || view === undefined || instant === null) return ok(null);
    const { pastPicture } = await import('../recorder/past');
    const whole = pastPicture(view, toMs, instant);
    const nodes = whole.nodes.filter(
      ({ key }) => scopes === null || scopes.has(parseKey(whole.namespace, key)?.scope ?? ''),
    );
    const picture = { ...whole, nodes };
    return ok({ picture, stretch: { ...stretch.value, storeKind: picture.store.kind } });
  }
}

/** A picture with a cluster under another name. */
function underScope(picture: Picture, from: string, to: string): Picture {
  if (from === to) return picture;
  const [old, now] = [scopePrefix(picture.namespace, from), scopePrefix(picture.namespace, to)];
  const nodes = picture.nodes.map((node) =>
    node.key.startsWith(old) ? { ...node, key: `${now}${node.key.slice(old.length)}` } : node,
  );
  return { ...picture, nodes };
}

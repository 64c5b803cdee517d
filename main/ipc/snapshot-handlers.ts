import type { SnapshotResponses } from '../../app/ipc/snapshot';
import { ok } from '../../app/result';
import type { Connections } from '../connections/connections';
import type { Snapshots } from '../snapshot/snapshots';
import type { Handlers } from './answer';

/** What the requests about snapshots are run with. */
export interface SnapshotParts {
  readonly connections: Connections;
  /** Loaded when it is first needed. */
  snapshots(): Promise<Snapshots>;
  /** Asks the person for files; empty when none was chosen. */
  chooseSnapshots(): Promise<readonly string[]>;
  /** Asks the person where to write a file; null when no place was chosen. */
  chooseSnapshotPlace(name: string): Promise<string | null>;
}

/** The requests about snapshots. */
export function snapshotHandlers(parts: SnapshotParts): Pick<Handlers, keyof SnapshotResponses> {
  const { connections } = parts;
  return {
    'snapshot.survey': async (wanted) => (await parts.snapshots()).survey(wanted),
    'snapshot.export': async (wanted) => {
      const snapshots = await parts.snapshots();
      const path = await parts.chooseSnapshotPlace(snapshots.proposedName(wanted.extent, wanted.replaceNames));
      if (path === null) return ok(null);
      const written = await snapshots.write(path, wanted);
      return written.ok ? ok(path) : written;
    },
    'snapshot.open': async () => {
      const paths = await parts.chooseSnapshots();
      return ok(paths.length === 0 ? { kind: 'cancelled' } : await (await parts.snapshots()).openFiles(paths));
    },
    'snapshot.drop': async ({ files }) => {
      const { bytesInput } = await import('../snapshot/input');
      const inputs = files.map(({ name, bytes, modifiedAt }) =>
        bytesInput(name, bytes, modifiedAt === null ? null : new Date(modifiedAt).toISOString()),
      );
      return ok(await (await parts.snapshots()).open(inputs));
    },
    'snapshot.paste': async ({ text }) => {
      const { bytesInput } = await import('../snapshot/input');
      return ok(await (await parts.snapshots()).open([bytesInput('pasted text', Buffer.from(text, 'utf8'), null)]));
    },
    'snapshot.example': async ({ name }) => ok(await (await parts.snapshots()).openExample(name)),
    'snapshot.compare': async ({ before, after }) => (await parts.snapshots()).compare(before, after),
    'snapshot.close': ({ id }) => connections.closePicture(id),
  };
}

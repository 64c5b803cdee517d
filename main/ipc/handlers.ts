import type { BeginningKind } from '../../app/ipc/beginnings';
import type { ConnectionView, RequestArgument, RequestError, SessionStart, Settings } from '../../app/ipc/contract';
import { err, ok, type Result } from '../../app/result';
import type { Connections } from '../connections/connections';
import type { ImportedSecrets } from '../connections/imported-secrets';
import type { Feed } from '../inspection/feed';
import type { Operations } from '../operations/operations';
import type { Handlers } from './answer';
import { bastionHandlers, type BastionHandlerParts } from './bastion-handlers';
import { databaseHandlers, type DatabaseParts } from './database-handlers';
import { incidentHandlers, type IncidentParts } from './incident-handlers';
import { practiceHandlers } from './practice-handlers';
import { operationHandlers } from './operation-handlers';
import { reportHandlers, type ReportHandlerParts } from './report-handlers';
import { snapshotHandlers, type SnapshotParts } from './snapshot-handlers';
import { importConnections } from '../connections/import/import-connections';
import { timeHandlers, type TimeParts } from './time-handlers';

/** What a file is wanted for. */
export type FilePurpose = 'configuration' | 'ca' | 'certificate' | 'key' | 'kubeconfig';

/** What the requests are run with. */
export interface HandlerParts
  extends SnapshotParts, ReportHandlerParts, BastionHandlerParts, DatabaseParts, TimeParts, IncidentParts {
  /** What the window shows: what lives, or the past. */
  feed(): Feed;
  /** Dims the operations of the native menu that cannot be begun now. */
  showPossible(kinds: readonly BeginningKind[]): void;
  readonly connections: Connections;
  readonly imported: ImportedSecrets;
  /** Loaded when the first is wanted. */
  operations(): Promise<Operations>;
  /** All of `session.start` but the feed. */
  sessionStart(): Omit<SessionStart, 'feed'>;
  changeSettings(change: Partial<Settings>): Settings;
  /** Asks the person for a file; null when the person chose none. */
  chooseFile(purpose: FilePurpose): Promise<string | null>;
  saveFile(file: RequestArgument<'file.save'>): Promise<Result<string | null, RequestError>>;
  openLink(url: string): Promise<Result<null, RequestError>>;
}

/** One function for each request of the contract. */
export function handlers(parts: HandlerParts): Handlers {
  const { connections, imported } = parts;
  return {
    'session.start': () => {
      const feedStart = parts.feed().start();
      return ok({ ...parts.sessionStart(), feed: feedStart });
    },
    'cluster.open': ({ clusterId }) => ok(parts.feed().open(clusterId)),
    'cluster.value': ({ clusterId, key }) => {
      const value = parts.feed().value(clusterId, key);
      return value === null ? err({ code: 'not-found', message: 'This key is not there any more.' }) : ok(value);
    },
    'connection.test': (draft) => connections.test(draft),
    'connection.save': (draft): Result<ConnectionView, RequestError> => connections.save(draft),
    'connection.remove': ({ id }) => connections.remove(id),
    'connection.retry': ({ id }) => connections.retry(id),
    'connection.import': async (source) => {
      const choose = () => parts.chooseFile('configuration');
      return ok(await importConnections(source, { choose, imported, environment: process.env }));
    },
    'settings.update': (change) => ok(parts.changeSettings(withoutUndefined(change))),
    'file.choose': async ({ purpose }) => ok(await parts.chooseFile(purpose)),
    'file.save': (file) => parts.saveFile(file),
    'link.open': ({ url }) => parts.openLink(url),
    ...snapshotHandlers(parts),
    ...operationHandlers(parts),
    ...databaseHandlers(parts),
    'menu.beginnings': ({ kinds }) => {
      parts.showPossible(kinds);
      return ok(null);
    },
    ...practiceHandlers(parts),
    ...reportHandlers(parts),
    ...bastionHandlers(parts),
    ...timeHandlers(parts),
    ...incidentHandlers(parts),
  };
}

/** A setting that is there but undefined is one that is not to be changed. */
function withoutUndefined(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Partial<Settings> {
  const { theme, notifications, practice } = change;
  return {
    ...(theme === undefined ? {} : { theme }),
    ...(notifications === undefined ? {} : { notifications }),
    ...(practice === undefined ? {} : { practice }),
  };
}

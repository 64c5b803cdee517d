import type { ConnectionView, RequestArgument, RequestError, SessionStart, Settings } from '../../app/ipc/contract';
import { err, ok, type Result } from '../../app/result';
import type { Connections } from '../connections/connections';
import type { ImportedPasswords } from '../connections/imported-passwords';
import type { Feed } from '../inspection/feed';
import type { Handlers } from './answer';
import { importConnections } from '../connections/import-connections';

/** What a file is wanted for. */
export type FilePurpose = 'configuration' | 'ca' | 'certificate' | 'key';

/** What the requests are run with. */
export interface HandlerParts {
  readonly feed: Feed;
  readonly connections: Connections;
  readonly imported: ImportedPasswords;
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
  const { feed, connections, imported } = parts;
  return {
    'session.start': () => {
      const feedStart = feed.start();
      return ok({ ...parts.sessionStart(), feed: feedStart });
    },
    'cluster.open': ({ clusterId }) => ok(feed.open(clusterId)),
    'cluster.value': ({ clusterId, key }) => {
      const value = feed.value(clusterId, key);
      return value === null ? err({ code: 'not-found', message: 'This key is not there any more.' }) : ok(value);
    },
    'connection.test': (draft) => connections.test(draft),
    'connection.save': (draft): Result<ConnectionView, RequestError> => connections.save(draft),
    'connection.remove': ({ id }) => connections.remove(id),
    'connection.retry': ({ id }) => connections.retry(id),
    'connection.import': async ({ text }) => {
      return ok(await importConnections(text, () => parts.chooseFile('configuration'), imported));
    },
    'settings.update': (change) => ok(parts.changeSettings(withoutUndefined(change))),
    'file.choose': async ({ purpose }) => ok(await parts.chooseFile(purpose)),
    'file.save': (file) => parts.saveFile(file),
    'link.open': ({ url }) => parts.openLink(url),
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

import type { DatabaseResponses } from '../../app/ipc/database';
import { err, ok } from '../../app/result';
import type { Databases } from '../postgres/databases';
import type { Handlers } from './answer';

/** What the requests about PostgreSQL logins are run with. */
export interface DatabaseParts {
  readonly databases: Databases;
}

/** The requests about PostgreSQL logins. */
export function databaseHandlers({ databases }: DatabaseParts): Pick<Handlers, keyof DatabaseResponses> {
  return {
    'database.login': ({ clusterId, login, keep }) => {
      const view = databases.setLogin(clusterId, login, keep);
      return view.kind === 'given'
        ? ok(view)
        : err({ code: 'not-found', message: 'This connection is not there any more.' });
    },
    'database.forget': ({ clusterId }) => ok(databases.forgetLogin(clusterId)),
    'database.leave': ({ clusterId }) => {
      databases.leave(clusterId);
      return ok(null);
    },
  };
}

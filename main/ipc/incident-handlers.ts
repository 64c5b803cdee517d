import type { IncidentResponses } from '../../app/ipc/incident';
import { ok } from '../../app/result';
import type { IncidentFiles } from '../incident/incident-files';
import type { Recorders } from '../recorder/recorders';
import type { Handlers } from './answer';

/** What the requests about incidents are run with. */
export interface IncidentParts {
  readonly recorders: Recorders;
  /** Where those are that a person kept. */
  readonly incidentFolder: string;
}

/** The requests about incidents. What they need is loaded when the first comes. */
export function incidentHandlers({
  recorders,
  incidentFolder,
}: IncidentParts): Pick<Handlers, keyof IncidentResponses> {
  const files = async (): Promise<IncidentFiles> => {
    const module = await import('../incident/incident-files');
    return new module.IncidentFiles(incidentFolder, () => new Date().toISOString());
  };
  let last = 0;
  return {
    'incident.read': async (wanted) => {
      const { tellIncident } = await import('../incident/tell-incident');
      const own = ++last;
      return tellIncident(recorders, wanted, () => own === last);
    },
    'incident.list': async () => ok(await (await files()).list()),
    'incident.open': async ({ id }) => (await files()).open(id),
    'incident.keep': async (draft) => (await files()).keep(draft),
    'incident.delete': async ({ id }) => (await files()).delete(id),
  };
}

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type IncidentDraft,
  type IncidentHead,
  type IncidentResponses,
  keptIncidentSchema,
  keptLogsSchema,
  type KeptLog,
} from '../../app/ipc/incident';
import type { RequestError } from '../../app/ipc/contract';
import { err, ok, type Result } from '../../app/result';
import { replaceFile } from '../settings/replace-file';

const NAME = /^([0-9a-f]{16})\.json$/;
/** More incidents than these are not listed, and no more are kept. */
const MOST = 1000;
/** No head is larger: its notes are bounded. */
const MOST_HEAD_BYTES = 1_000_000;
const MOST_LOG_BYTES = 300_000_000;

/**
 * Incidents that a person kept, in a folder that only this user may read: `ID.json` says what it is about, with the notes;
 * `ID.logs.json` holds what was joined to it.
 */
export class IncidentFiles {
  constructor(
    private readonly folder: string,
    private readonly now: () => string,
  ) {}

  /** The newest span first. A file that is no incident is named, and left alone. */
  async list(): Promise<IncidentResponses['incident.list']> {
    const incidents: IncidentHead[] = [];
    const unreadable: string[] = [];
    for (const name of (await this.#names()).slice(0, MOST)) {
      const head = await this.#head(name.slice(0, 16));
      if (head === null) unreadable.push(name);
      else incidents.push(head);
    }
    incidents.sort((a, b) => Date.parse(b.from) - Date.parse(a.from));
    return { incidents, unreadable };
  }

  async open(id: string): Promise<Result<IncidentResponses['incident.open'], RequestError>> {
    const head = await this.#head(id);
    if (head === null) return err({ code: 'not-found', message: 'This incident is not kept any more.' });
    if (head.logs === 0) return ok({ head, logs: [], logsLost: false });
    const logs = await this.#logs(id);
    return ok({ head, logs: logs ?? [], logsLost: logs === null });
  }

  async keep({ id, logs, ...about }: IncidentDraft): Promise<Result<IncidentHead, RequestError>> {
    if (id === null && (await this.#names()).length >= MOST)
      return err({ code: 'refused', message: `There are ${MOST} incidents already. Delete some first.` });
    const head: IncidentHead = {
      ...about,
      id: id ?? randomBytes(8).toString('hex'),
      keptAt: this.now(),
      logs: logs.length,
    };
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      if (logs.length > 0) replaceFile(this.#path(head.id, 'logs.json'), JSON.stringify(logs));
      replaceFile(this.#path(head.id, 'json'), JSON.stringify(head, null, 2));
      if (logs.length === 0) await rm(this.#path(head.id, 'logs.json'), { force: true });
    } catch (error) {
      return err({ code: 'internal', message: `The incident could not be written: ${reason(error)}` });
    }
    return ok(head);
  }

  async delete(id: string): Promise<Result<null, RequestError>> {
    try {
      await rm(this.#path(id, 'json'), { force: true });
      await rm(this.#path(id, 'logs.json'), { force: true });
      return ok(null);
    } catch (error) {
      return err({ code: 'internal', message: `The incident could not be deleted: ${reason(error)}` });
    }
  }

  async #names(): Promise<readonly string[]> {
    return (await readdir(this.folder).catch(() => [])).filter((name) => NAME.test(name));
  }

  async #head(id: string): Promise<IncidentHead | null> {
    const parsed = keptIncidentSchema.safeParse(await readJson(this.#path(id, 'json'), MOST_HEAD_BYTES));
    return parsed.success && parsed.data.id === id ? parsed.data : null;
  }

  async #logs(id: string): Promise<readonly KeptLog[] | null> {
    const parsed = keptLogsSchema.safeParse(await readJson(this.#path(id, 'logs.json'), MOST_LOG_BYTES));
    return parsed.success ? parsed.data : null;
  }

  #path(id: string, ending: string): string {
    return join(this.folder, `${id}.${ending}`);
  }
}

/** What a file holds; undefined for one that is not there, too large or no JSON. */
async function readJson(path: string, mostBytes: number): Promise<unknown> {
  try {
    if ((await stat(path)).size > mostBytes) return undefined;
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

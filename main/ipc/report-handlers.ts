import type { RequestArgument, RequestError } from '../../app/ipc/contract';
import type { ReportResponses } from '../../app/ipc/report';
import type { Result } from '../../app/result';
import type { Handlers } from './answer';

/** What the requests about reports are run with. */
export interface ReportHandlerParts {
  saveReport(wanted: RequestArgument<'report.save'>): Promise<Result<string | null, RequestError>>;
}

/** The requests about reports. */
export function reportHandlers(parts: ReportHandlerParts): Pick<Handlers, keyof ReportResponses> {
  return { 'report.save': (wanted) => parts.saveReport(wanted) };
}

import type { SessionState } from '../dcs/store';
import type { Finding } from '../findings/finding';
import type { GroupDetail } from '../ipc/detail';
import type { Untold } from '../snapshot/picture';

/** Where a report's picture is from, and how fresh it is. */
export type ReportSource =
  | { readonly kind: 'live' }
  /** The store was not reachable when the report was made; `at` is when it was last heard. */
  | { readonly kind: 'lost' }
  /** Out of a file or a recording. */
  | { readonly kind: 'as-of'; readonly from: string; readonly notes: readonly string[] }
  /** Simulated: nothing in it is real. */
  | { readonly kind: 'practice' };

/** A cluster as it stands, to be made into a page. What it holds may be given away: secrets are out of it already. */
export interface Report {
  readonly scope: string;
  /** What the connection is called. */
  readonly connection: string;
  readonly namespace: string;
  readonly source: ReportSource;
  /** The instant of the picture, ISO 8601. */
  readonly at: string;
  /** When the report was made, ISO 8601. */
  readonly madeAt: string;
  readonly program: string;
  readonly untold: readonly Untold[];
  readonly groups: readonly GroupDetail[];
  readonly findings: readonly Finding[];
  readonly sessions: readonly SessionState[];
  /** Whether names were replaced. */
  readonly namesReplaced: boolean;
  /** Of how many keys a secret was taken out. */
  readonly secretKeys: number;
}

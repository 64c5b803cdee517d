import type { StoreFailure, StoreFailureKind } from '../../app/dcs/store';

/** Makes one failure of the failures of all endpoints: the one that says most, with all endpoints named. */
export function mergeFailures(failures: readonly StoreFailure[]): StoreFailure | null {
  const [first, ...more] = [...failures].sort((a, b) => rank(a.kind) - rank(b.kind));
  if (first === undefined || more.length === 0) return first ?? null;
  return {
    ...first,
    endpoint: [first, ...more].map((one) => one.endpoint).join(', '),
    message: [first, ...more].map((one) => one.message).join(' '),
    detail: [first, ...more].map((one) => `${one.endpoint}: ${one.detail}`).join('\n'),
  };
}

/** What a person can mend in the settings comes first, what only says that a machine is away comes last. */
function rank(kind: StoreFailureKind): number {
  const last: readonly StoreFailureKind[] = ['other', 'unavailable', 'name-not-found', 'refused', 'timeout'];
  return last.indexOf(kind);
}

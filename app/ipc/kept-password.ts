/** Whom a password was given for: these endpoints, and this user of them. */
export interface PasswordFor {
  readonly endpoints: readonly string[];
  readonly username: string | null;
}

/** The word for a person when a password that is kept would go elsewhere. */
export const passwordIsForOthers =
  'The password that is kept was given for other endpoints or another user, so it is not sent to these. Enter it again, or remove it.';

/**
 * Whether a password that was given for `before` may be sent to `after`: to the same user of the same etcd, over the same
 * scheme. Fewer endpoints, or the same in another order, are no other etcd; one more is, because nobody said so.
 */
export function mayKeepPassword(before: PasswordFor, after: PasswordFor): boolean {
  if ((before.username ?? '') !== (after.username ?? '')) return false;
  const known = new Set(before.endpoints.map(plain));
  return after.endpoints.every((endpoint) => known.has(plain(endpoint)));
}

/** One spelling for each endpoint: case does not count, and etcd's port is 2379. */
function plain(endpoint: string): string {
  const lower = endpoint.trim().toLowerCase().replace(/\/+$/, '');
  return /:\d+$/.test(lower) ? lower : `${lower}:2379`;
}

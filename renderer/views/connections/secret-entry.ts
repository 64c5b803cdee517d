import { assertNever } from '../../../app/assert-never';
import { mayKeepSecret, secretFor } from '../../../app/ipc/connections/kept-secret';
import type { SecretChange, SecretName } from '../../../app/ipc/connections/secrets';
import type { ConnectionSettings } from '../../../app/ipc/contract';

/** What stands in a secret's place. */
export type SecretEntry =
  /** There is none. */
  | { readonly kind: 'none' }
  /** One is kept and stays; it was given for the connection as it is kept. */
  | { readonly kind: 'kept'; readonly where: 'keychain' | 'this-run'; readonly givenFor: ConnectionSettings }
  /** One was found by an import; main holds it. */
  | { readonly kind: 'imported'; readonly handle: string; readonly givenFor: ConnectionSettings }
  | { readonly kind: 'typed'; readonly text: string };

/** Whether it would be used. */
export function isGiven(entry: SecretEntry): boolean {
  return entry.kind === 'typed' ? entry.text !== '' : entry.kind !== 'none';
}

/** Whether the secret was given for others than the connection now names. Main refuses it too. */
export function isForOthers(entry: SecretEntry, name: SecretName, now: ConnectionSettings): boolean {
  if (entry.kind !== 'kept' && entry.kind !== 'imported') return false;
  return !mayKeepSecret(secretFor(entry.givenFor, name), secretFor(now, name));
}

/** What main is asked to do with it. */
export function secretChange(entry: SecretEntry): SecretChange {
  switch (entry.kind) {
    case 'none':
      return { kind: 'remove' };
    case 'kept':
      return { kind: 'keep' };
    case 'imported':
      return { kind: 'imported', handle: entry.handle };
    case 'typed':
      return entry.text === '' ? { kind: 'remove' } : { kind: 'set', value: entry.text };
    default:
      return assertNever(entry);
  }
}

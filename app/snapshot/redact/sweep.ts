import { HIDDEN } from './secrets';

/** Words that are passwords in many an example, and something else in each picture. */
const COMMON = new Set(
  (
    'postgres postgresql patroni replication replicator standby primary master replica running streaming service members ' +
    'leader config history failover status initialize localhost superuser rewind rewind_user admin template template1 ' +
    'password secret default public archive recovery timeline'
  ).split(' '),
);

/** Shorter ones would be found within other words. */
const SHORTEST = 6;
const MOST = 5000;

/**
 * Takes secrets that were found in one place out of all others: as they are, as JSON writes them and as a URL does. A secret that is
 * also a name or a word of the picture stays there: it tells nobody that it is one.
 */
export function sweeper(secrets: ReadonlySet<string>, words: ReadonlySet<string>): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (forms.size > 3 * MOST) break;
    if (secret.length < SHORTEST || COMMON.has(secret.toLowerCase()) || words.has(secret)) continue;
    forms.add(secret);
    forms.add(JSON.stringify(secret).slice(1, -1));
    forms.add(encoded(secret));
    forms.add(decoded(secret));
  }
  const longestFirst = [...forms].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return (text) => text;
  const pattern = new RegExp(longestFirst.map(escapeRegExp).join('|'), 'g');
  return (text) => text.replace(pattern, HIDDEN);
}

/** A text as a regular expression that finds it. */
export const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a surrogate pair.
    return text;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

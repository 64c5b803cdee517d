import { isSecretName, secretRanges } from '../../secrets/secret-ranges';
import { mapStrings } from './map-strings';

/** What stands in the place of a secret. */
export const HIDDEN = '***';

/** How deep a JSON text within a JSON text is looked into. */
const MAX_NESTING = 4;

// Each repetition has a bound: a value of 1 MB made to be slow must not be.

/** `NAME=value` and `NAME: value` where the name says that the value is a secret: environment variables, options, YAML. */
const ASSIGNED =
  /[\w.-]{0,60}(?:passw(?:or)?d|passphrase|passcode|secret|token|credential|api[_-]?key|access[_-]?key|private[_-]?key|pwd)[\w.-]{0,40}["']?\s{0,20}[:=]\s{0,20}("(?:[^"\\\n]|\\.){0,2000}"?|'(?:[^'\\\n]|\\.){0,2000}'?|[^\s,;}\]&"']{1,2000})/gi;
/** `--password value`, `--token value`. */
const OPTION =
  /--?[\w-]{0,40}(?:passw(?:or)?d|passphrase|secret|token|api-?key|access-?key)[\w-]{0,40}\s{1,20}("(?:[^"\\\n]|\\.){0,2000}"?|'(?:[^'\\\n]|\\.){0,2000}'?|[^\s"'-][^\s"']{0,2000})/gi;
/** `sshpass -p value`, `curl -u user:value`. */
const SHORT_OPTION =
  /\b(?:sshpass\s{1,20}-p\s{0,20}|(?:curl|wget)\b[^\n]{0,500}?\s-u\s{0,20}[^\s:]{1,100}:)([^\s"']{1,500})/gi;
const HEADER =
  /\b(?:authorization\s{0,20}[:=]\s{0,20}(?:\w{1,40}\s{1,5})?|bearer\s{1,5}|x-[a-z-]{0,30}token\s{0,20}[:=]\s{0,20})([^\s"',;]{1,4000})/gi;
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----([\s\S]{0,20000}?)(?:-----END|$)/g;
const WEB_TOKEN = /\b(eyJ[\w-]{10,4000}\.[\w-]{10,8000}\.[\w-]{0,4000})/g;
/** What PostgreSQL keeps of a password. */
const HASH = /(SCRAM-SHA-256\$[^\s"',]{1,500}|\bmd5[0-9a-f]{32}\b)/g;
const CLOUD_KEY = /\b((?:AKIA|ASIA)[A-Z0-9]{16})\b/g;
const patterns = [ASSIGNED, OPTION, SHORT_OPTION, HEADER, PRIVATE_KEY, WEB_TOKEN, HASH, CLOUD_KEY];

/** PostgreSQL's parameters that only sound like one, as they stand in a text. */
const NO_SECRET = /(?:password_encryption|passfile)["']?\s{0,20}[:=]\s{0,20}$/i;

/**
 * A value of a store without what is a secret in it: passwords in URLs and conninfo strings, what stands under a name that says
 * so (whatever it is), variables, options and headers in commands, private keys, web tokens and password hashes; in JSON, in
 * JSON within JSON, and in any other text. Each secret that was found is told to `found`, as it reads.
 */
export function withoutSecrets(text: string, found: (secret: string) => void, nesting = 0): string {
  const first = text.trimStart()[0];
  if (nesting <= MAX_NESTING && (first === '{' || first === '[' || first === '"')) {
    const mapped = mapStrings(
      text,
      (string, { path, isName }) => {
        if (!isName && path.some(isSecretName)) return hide(string, found);
        const clean = withoutSecrets(string, found, nesting + 1);
        return clean === string ? null : clean;
      },
      (number, { path }) => (path.some(isSecretName) ? hide(number, found) : null),
    );
    if (mapped !== null) return mapped;
  }
  return inPlainText(text, found);
}

function hide(secret: string, found: (secret: string) => void): string | null {
  if (secret === '' || secret === HIDDEN) return null;
  found(secret);
  return HIDDEN;
}

function inPlainText(text: string, found: (secret: string) => void): string {
  const ranges: (readonly [number, number])[] = [...secretRanges(text, [], false)];
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const group = match[1] ?? '';
      const bare = group.replace(/^(["'])([\s\S]*?)\1?$/, '$2');
      const start = match.index + match[0].lastIndexOf(group) + (bare === group ? 0 : 1);
      if (bare.trim() !== '' && !NO_SECRET.test(text.slice(Math.max(0, start - 60), start)))
        ranges.push([start, start + bare.length]);
    }
  }
  if (ranges.length === 0) return text;
  ranges.sort((a, b) => a[0] - b[0]);
  const parts: string[] = [];
  let copied = 0;
  for (const [start, end] of ranges) {
    if (end <= copied) continue;
    const from = Math.max(start, copied);
    const secret = text.slice(from, end);
    if (secret === HIDDEN) continue;
    // What overlaps the one before is part of it.
    if (start < copied) parts.push('');
    else parts.push(text.slice(copied, start), HIDDEN);
    if (secret.trim() !== '') found(secret);
    copied = end;
  }
  parts.push(text.slice(copied));
  return parts.join('');
}

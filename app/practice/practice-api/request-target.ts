/** What a request asks for: its path, and its query by name. */
export interface RequestTarget {
  readonly path: string;
  /** Of a name that comes twice the first one counts. */
  readonly query: ReadonlyMap<string, string>;
}

/** Takes a request's target apart, e.g. `/replica?lag=10MB`. */
export function requestTarget(text: string): RequestTarget {
  const [before = ''] = text.split('#', 1);
  const mark = before.indexOf('?');
  const query = new Map<string, string>();
  for (const part of mark < 0 ? [] : before.slice(mark + 1).split('&')) {
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    if (name !== '' && !query.has(name)) query.set(name, equals < 0 ? '' : decode(part.slice(equals + 1)));
  }
  return { path: mark < 0 ? before : before.slice(0, mark), query };
}

/** The host and port of an http(s) URL; null for anything else. */
export function hostOf(url: string): string | null {
  return /^https?:\/\/(?:[^/?#@]*@)?([^/?#@\s]+)/i.exec(url)?.[1]?.toLowerCase() ?? null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

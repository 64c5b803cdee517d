/** What `renderer/index.html` holds where the nonce of this answer goes: Vite's `html.cspNonce` puts it there when it builds. */
export const noncePlaceholder = 'HERDSCOPE-NONCE';

/**
 * The policy of the built window: its own scripts and styles, and styles that carry `nonce` (CodeMirror makes some at run
 * time). Nothing leaves: the window talks to main only.
 */
export function contentSecurityPolicy(nonce: string): string {
  return policy({
    'script-src': "'self'",
    'style-src': `'self' 'nonce-${nonce}'`,
    'connect-src': "'none'",
  });
}

/**
 * The policy while developing: Vite's client connects back to `origin` for hot reload, and its inline preamble carries the
 * placeholder itself as nonce. Otherwise as strict as the built window's.
 */
export function developmentContentSecurityPolicy(origin: string): string {
  return policy({
    'script-src': `'self' 'nonce-${noncePlaceholder}'`,
    'style-src': `'self' 'nonce-${noncePlaceholder}'`,
    'connect-src': `'self' ${origin.replace(/^http/, 'ws')}`,
  });
}

function policy(varying: Readonly<Record<'script-src' | 'style-src' | 'connect-src', string>>): string {
  const directives: Readonly<Record<string, string>> = {
    'default-src': "'none'",
    ...varying,
    'font-src': "'self'",
    'img-src': "'self' data:",
    'worker-src': "'self'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

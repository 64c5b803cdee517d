import type { Session } from 'electron';
import { developmentContentSecurityPolicy } from './content-security-policy';

/** Gives what Vite's development server answers a policy as strict as the built window's, but for hot reload. */
export function guardDevelopmentPages(session: Session, origin: string): void {
  session.webRequest.onHeadersReceived({ urls: [`${origin}/*`] }, ({ responseHeaders }, decide) => {
    decide({
      responseHeaders: { ...responseHeaders, 'Content-Security-Policy': [developmentContentSecurityPolicy(origin)] },
    });
  });
}

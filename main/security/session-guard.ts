import type { Session } from 'electron';
import { hasOrigin } from './web-contents-guard';

/** What a session's page may do beyond showing itself: `clipboard-sanitized-write` puts text on the clipboard when a person presses "Copy". */
const allowedPermission = 'clipboard-sanitized-write';

export interface SessionGuardOptions {
  /** The page's origin: the only one that it may load from. */
  readonly origin: string;
  /** Whether the web contents of this id is one of our windows. */
  readonly isOurWindow: (webContentsId: number) => boolean;
  /** While developing: hot reload's socket and the developer tools. */
  readonly development: boolean;
}

/** Denies the session's pages every permission but one, every device, every download, and every request to anywhere but their own origin. */
export function guardSession(session: Session, options: SessionGuardOptions): void {
  session.setPermissionRequestHandler((contents, permission, decide, details) => {
    decide(
      permission === allowedPermission &&
        options.isOurWindow(contents.id) &&
        details.isMainFrame &&
        hasOrigin(details.requestingUrl ?? '', options.origin),
    );
  });
  session.setPermissionCheckHandler((contents, permission, requestingOrigin) => {
    return (
      permission === allowedPermission &&
      contents !== null &&
      options.isOurWindow(contents.id) &&
      hasOrigin(requestingOrigin, options.origin)
    );
  });
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => {
    event.preventDefault();
  });
  session.webRequest.onBeforeRequest((details, decide) => {
    decide({ cancel: !isAllowedRequest(details.url, options) });
  });
}

/** Whether a page may send this request at all. What main itself sends (to stores) does not come through here. */
export function isAllowedRequest(url: string, options: Pick<SessionGuardOptions, 'origin' | 'development'>): boolean {
  if (hasOrigin(url, options.origin)) return true;
  return (
    options.development && (url.startsWith('devtools://') || hasOrigin(url, options.origin.replace(/^http/, 'ws')))
  );
}

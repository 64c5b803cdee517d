import { hasOrigin } from '../security/web-contents-guard';

/** What a message tells about who sent it: the part of Electron's `IpcMainInvokeEvent` that the check needs. */
export interface Sender {
  readonly sender: { readonly id: number; readonly mainFrame: unknown; getURL(): string };
  readonly senderFrame: { readonly url: string } | null;
}

/** Whether a message comes from the main frame of one of our windows while it shows a page of `origin`. */
export function isTrustedSender(
  event: Sender,
  isOurWindow: (webContentsId: number) => boolean,
  origin: string,
): boolean {
  const frame = event.senderFrame;
  if (frame === null || frame !== event.sender.mainFrame || !isOurWindow(event.sender.id)) return false;
  // A frame's own address can be empty while a debugger drives the page.
  return hasOrigin(frame.url === '' ? event.sender.getURL() : frame.url, origin);
}

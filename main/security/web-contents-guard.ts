import type { App, WebContents } from 'electron';

/**
 * Holds every web contents to the page that it was opened with: no navigation, no redirect, no frame of its own, no new
 * window, no webview. `allowedOrigin` may be loaded (again), so that a reload works.
 */
export function guardWebContents(app: App, allowedOrigin: string): void {
  app.on('web-contents-created', (_event, contents) => {
    guard(contents, allowedOrigin);
  });
  // Never accepted, whoever asks: a store's own CA is given per connection and used by main, not by Chromium.
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, accept) => {
    event.preventDefault();
    accept(false);
  });
  app.on('select-client-certificate', (event, _contents, _url, _list, choose) => {
    event.preventDefault();
    choose();
  });
  app.on('login', (event, _contents, _details, _info, answer) => {
    event.preventDefault();
    answer();
  });
}

function guard(contents: WebContents, allowedOrigin: string): void {
  contents.on('will-navigate', (event, url) => {
    // A reload of the page comes through here too.
    if (!(hasOrigin(url, allowedOrigin) && url === contents.getURL())) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !hasOrigin(event.url, allowedOrigin)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Whether `url` is of `origin`, as the URL parser reads both. The origin of a custom scheme is `null` there, so scheme and host are compared. */
export function hasOrigin(url: string, origin: string): boolean {
  try {
    const is = new URL(url);
    const wanted = new URL(origin);
    return is.protocol === wanted.protocol && is.host === wanted.host && is.username === '' && is.password === '';
  } catch {
    return false;
  }
}

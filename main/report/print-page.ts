import { BrowserWindow, session } from 'electron';
import { randomBytes } from 'node:crypto';
import { guardSession } from '../security/session-guard';
import { appOrigin } from '../window/app-files';

/** How long the page may take to be laid out and printed. A herd of 500 members takes some seconds. */
const PATIENCE_MS = 60_000;

/**
 * The page as a PDF (A4). It is laid out in a window that nobody sees, in a session of its own where nothing but this text can be
 * loaded: sandboxed, without scripts, permissions, storage or any way to the network. Throws when it cannot be printed.
 */
export async function printPage(html: string, title: string): Promise<Uint8Array> {
  const own = session.fromPartition(`report-${randomBytes(8).toString('hex')}`, { cache: false });
  const url = `${appOrigin}/report`;
  guardSession(own, { origin: appOrigin, isOurWindow: () => false, development: false });
  own.protocol.handle('app', (request) =>
    request.url === url && request.method === 'GET'
      ? new Response(html, {
          headers: { 'Content-Type': 'text/html; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
        })
      : new Response('Not found', { status: 404 }),
  );
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: own,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      javascript: false,
      webviewTag: false,
      spellcheck: false,
      devTools: false,
    },
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('it takes too long to lay out'));
    }, PATIENCE_MS);
  });
  try {
    const printed = async (): Promise<Uint8Array> => {
      await window.loadURL(url);
      return window.webContents.printToPDF({
        printBackground: true,
        preferCSSPageSize: true,
        pageSize: 'A4',
        displayHeaderFooter: true,
        headerTemplate: '<span></span>',
        footerTemplate: footer(title),
      });
    };
    return await Promise.race([printed(), tooLong]);
  } finally {
    clearTimeout(timer);
    window.destroy();
    own.protocol.unhandle('app');
  }
}

const footer = (title: string): string =>
  `<div style="width:100%;padding:0 12mm;font:8px sans-serif;color:#525d6b;display:flex;justify-content:space-between"><bdi>${title}</bdi><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>`;

import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A screen to draw on. */
export interface Display {
  /** What a program needs in its environment to draw there; nothing when the desktop's own screen is used. */
  readonly env: Readonly<Record<string, string>>;
  stop(): void;
}

/**
 * The desktop's screen, or on a Linux machine without one a virtual one (Xvfb) of 2560×1440. `own: true` asks for a virtual one even
 * where there is a desktop, so that tests neither disturb nor are disturbed. Rejects when Xvfb does not start.
 */
export async function openDisplay(say: (line: string) => void, { own = false } = {}): Promise<Display> {
  if (!needsVirtualDisplay({ own })) return { env: {}, stop: () => undefined };
  // Xvfb looks for a free number itself and writes it to the file descriptor.
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '2560x1440x24', '-nolisten', 'tcp', '-noreset'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // Ctrl-C goes to the whole group of the terminal: the screen must outlive the program that draws on it.
    detached: true,
  });
  const stop = (): void => {
    server.kill();
  };
  process.once('exit', stop);
  const display = await new Promise<string>((resolve, reject) => {
    let printed = '';
    server.stderr?.on('data', (part: Buffer) => {
      printed = (printed + part.toString('utf8')).slice(-2000);
    });
    (server.stdio[3] as Readable).once('data', (part: Buffer) => resolve(`:${part.toString('utf8').trim()}`));
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}:\n${printed}`)));
  });
  server.unref();
  say(`no screen to draw on: started a virtual one (Xvfb ${display})`);
  return { env: { DISPLAY: display, WAYLAND_DISPLAY: '' }, stop };
}

/** Whether a virtual display is to be started, and its package to be there. */
export function needsVirtualDisplay({ own = false } = {}): boolean {
  return process.platform === 'linux' && (own || !(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']));
}

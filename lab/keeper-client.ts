import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { assertNever } from '../app/assert-never';
import { type KeeperMessage, keeperMessage } from './keeper-messages';
import { keeperLog, labFolder, type LabState, socketIn } from './lab-state';
import { logEnd } from './log-end';

type Say = (line: string) => void;

/**
 * Starts a keeper, which starts a herd and outlives this process; gives what it prints when the herd is up. Ctrl-C until then ends it all.
 * Throws with what went wrong; nothing is left then.
 */
export function startKeeper(options: object, say: Say): Promise<string> {
  labFolder();
  const log = openSync(keeperLog, 'w');
  const keeper = fork(join(fileURLToPath(import.meta.url), '../keeper.ts'), [JSON.stringify(options)], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  return new Promise((resolve, reject) => {
    // The keeper ends itself when its starter goes; this waits until it did, so that the prompt comes back to a clean machine.
    let interrupted = false;
    const interrupt = (): void => {
      interrupted = true;
      say('interrupted: ending what was started');
      keeper.kill('SIGTERM');
    };
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    keeper.on('message', (value) =>
      settle(
        keeperMessage(value),
        say,
        (text) => {
          process.removeListener('SIGINT', interrupt);
          process.removeListener('SIGTERM', interrupt);
          keeper.unref();
          resolve(text);
        },
        reject,
      ),
    );
    keeper.once('error', reject);
    keeper.once('exit', (code, signal) => {
      const how = interrupted ? 'interrupted' : `the lab's keeper ended (${signal ?? `code ${String(code)}`})`;
      reject(new Error(interrupted ? how : `${how}. ${logEnd(keeperLog)}`));
    });
  });
}

/** Has the keeper do a command and gives what it prints. Throws with what went wrong. */
export function askKeeper(lab: LabState, words: readonly string[], say: Say): Promise<string> {
  const { folder } = lab;
  return new Promise((resolve, reject) => {
    if (folder === null) throw new Error('the lab is still being started');
    const socket = connect(socketIn(folder), () => void socket.write(`${JSON.stringify({ words })}\n`));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`the lab's keeper went away. ${logEnd(keeperLog)}`)));
    createInterface({ input: socket })
      .on('line', (line) => settle(keeperMessage(JSON.parse(line)), say, resolve, reject))
      .on('error', reject);
  });
}

function settle(
  message: KeeperMessage,
  say: Say,
  resolve: (text: string) => void,
  reject: (error: Error) => void,
): void {
  switch (message.kind) {
    case 'say':
      return say(message.line);
    case 'done':
      return resolve(message.text);
    case 'failed':
      return reject(new Error(message.message));
    default:
      assertNever(message);
  }
}

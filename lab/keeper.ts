// The process that holds a lab that was started by `npm run lab -- up`, until `down`. Its one argument is the herd's options as JSON.
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { actions, describeHerd } from './actions';
import { endAtExit } from './end-at-exit';
import { type Herd, startHerd } from './herd';
import { type KeeperMessage, requestSchema } from './keeper-messages';
import { type LabState, removeLab, socketIn, writeLab } from './lab-state';
import { processId } from './processes';
import { herdOptions } from './herd-options';

const self = processId(process.pid);
if (self === null) throw new Error('/proc does not show this process');
const state: LabState = { keeper: self, folder: null };
/** Who hears what the herd says now: the one that starts it, later those whose command runs. */
const listeners = new Set<(message: KeeperMessage) => void>();

const toParent = (message: KeeperMessage): void => {
  if (process.connected) process.send?.(message);
};

if (writeLab(state, { first: true })) await keep();
else {
  toParent({ kind: 'failed', message: 'another lab is being started in this work tree' });
  process.disconnect();
}

async function keep(): Promise<void> {
  endAtExit(removeLab);
  // Whoever started this waits for it: when that is interrupted, nobody wants the herd.
  const interrupted = (): void => process.exit(1);
  process.once('disconnect', interrupted);
  listeners.add(toParent);
  try {
    const herd = await startHerd({
      ...herdOptions.parse(JSON.parse(process.argv[2] ?? '{}')),
      say: (line) => broadcast({ kind: 'say', line }),
      onFolder: (folder) => void writeLab({ ...state, folder }, { first: false }),
    });
    await serve(herd);
    listeners.delete(toParent);
    process.removeListener('disconnect', interrupted);
    toParent({ kind: 'done', text: await describeHerd(herd) });
    process.disconnect();
  } catch (error) {
    process.removeListener('disconnect', interrupted);
    toParent({ kind: 'failed', message: messageOf(error) });
    process.exitCode = 1;
    process.disconnect();
    removeLab();
  }
}

function broadcast(message: KeeperMessage): void {
  for (const listener of listeners) listener(message);
}

function serve(herd: Herd): Promise<void> {
  const server = createServer((socket) => {
    // A client that went away takes nothing down.
    socket.on('error', () => undefined);
    createInterface({ input: socket })
      .once('line', (line) => void answer(herd, line, socket))
      .on('error', () => undefined);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketIn(herd.folder), () => resolve());
  });
}

async function answer(herd: Herd, line: string, socket: Socket): Promise<void> {
  const tell = (message: KeeperMessage): void => void socket.write(`${JSON.stringify(message)}\n`);
  listeners.add(tell);
  let isOver = false;
  try {
    const [command = '', ...args] = requestSchema.parse(JSON.parse(line)).words;
    if (command === 'down') {
      await herd.stop();
      isOver = true;
      removeLab();
      tell({ kind: 'done', text: 'stopped everything that was started' });
    } else tell({ kind: 'done', text: await perform(herd, command, args) });
  } catch (error) {
    tell({ kind: 'failed', message: messageOf(error) });
  }
  listeners.delete(tell);
  socket.end(() => {
    if (isOver) process.exit(0);
  });
}

async function perform(herd: Herd, command: string, args: readonly string[]): Promise<string> {
  if (command === 'status') return describeHerd(herd);
  if (command === 'list') return herd.patronictl(['list', herd.scope, '-e', ...args]);
  if (command === 'patronictl') return herd.patronictl(args);
  const action = Object.hasOwn(actions, command) ? actions[command] : undefined;
  if (action === undefined) throw new Error(`the lab knows no ${command}; it can ${Object.keys(actions).join(', ')}`);
  return action.run(herd, args);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

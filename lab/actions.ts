import type { Herd } from './herd';
import type { LagKind } from './member';

/** One of the lab's commands on a running herd. */
export interface Action {
  /** As one types it behind `npm run lab -- `. */
  readonly usage: string;
  readonly what: string;
  /** Does it and gives what to print. */
  readonly run: (herd: Herd, args: readonly string[]) => Promise<string>;
}

/** `npm run lab -- do NAME …`. */
export const actions: Readonly<Record<string, Action>> = {
  switchover: {
    usage: 'switchover [CANDIDATE]',
    what: 'patronictl switchover',
    run: (herd, [candidate]) => thenList(herd, herd.switchover(candidate)),
  },
  failover: {
    usage: 'failover [CANDIDATE]',
    what: 'patronictl failover',
    run: (herd, [candidate]) => thenList(herd, herd.failover(candidate)),
  },
  'kill-leader': {
    usage: 'kill-leader',
    what: 'kill -9 the leader, Patroni and PostgreSQL, and wait for the next one',
    run: async (herd) => {
      const killed = await herd.killLeader();
      herd.say(`killed ${killed}; the others notice when its lock runs out, after at most 20 s`);
      const next = await herd.newLeader(killed);
      return thenList(herd, Promise.resolve(`${killed} was killed, ${next} leads.`));
    },
  },
  kill: {
    usage: 'kill MEMBER',
    what: 'kill -9 a member',
    run: async (herd, [member]) => {
      await herd.kill(need(member, 'MEMBER'));
      return `killed ${String(member)}`;
    },
  },
  revive: {
    usage: 'revive [MEMBER]',
    what: 'start a killed member again, or all of them',
    run: async (herd, [member]) => {
      const names = await herd.revive(member);
      return names.length === 0
        ? 'all members run already'
        : thenList(herd, Promise.resolve(`started ${names.join(', ')}`));
    },
  },
  pause: { usage: 'pause', what: 'patronictl pause --wait', run: (herd) => herd.pause() },
  resume: { usage: 'resume', what: 'patronictl resume --wait', run: (herd) => herd.resume() },
  lag: {
    usage: 'lag MEMBER [receive|replay] [MB]',
    what: 'hold up a replica (its WAL receiver, or its replay) and write 32 MB of WAL on the leader',
    run: async (herd, args) => {
      const member = need(args[0], 'MEMBER');
      const kind = args.find((arg): arg is LagKind => arg === 'receive' || arg === 'replay') ?? 'receive';
      const megabytes = megabytesOf(args.slice(1).find((arg) => arg !== kind) ?? '32');
      herd.lag(member, kind);
      await herd.write(megabytes);
      return `${member} does not ${kind} WAL any more, and the leader wrote ${String(megabytes)} MB`;
    },
  },
  unlag: {
    usage: 'unlag [MEMBER]',
    what: 'let it, or all, catch up',
    run: (herd, [member]) => {
      herd.unlag(member);
      return Promise.resolve(`${member ?? 'every member'} may catch up`);
    },
  },
  write: {
    usage: 'write MB',
    what: 'write so much WAL on the leader',
    run: async (herd, [megabytes]) => {
      await herd.write(megabytesOf(need(megabytes, 'MB')));
      return `wrote ${String(megabytes)} MB of WAL`;
    },
  },
  restart: {
    usage: 'restart MEMBER',
    what: 'patronictl restart',
    run: (herd, [member]) => thenList(herd, herd.restart(need(member, 'MEMBER'))),
  },
  edit: {
    usage: 'edit KEY=VALUE …',
    what: 'patronictl edit-config --set',
    run: (herd, settings) => {
      need(settings[0], 'KEY=VALUE');
      return herd.edit(...settings);
    },
  },
  'pending-restart': {
    usage: 'pending-restart',
    what: 'change max_connections, so that every member needs a restart',
    run: async (herd) => {
      await herd.pendingRestart();
      return herd.patronictl(['list', herd.scope, '-e']);
    },
  },
  'schedule-switchover': {
    usage: 'schedule-switchover [MINUTES] [CANDIDATE]',
    what: 'patronictl switchover --scheduled, an hour from now when not said',
    run: (herd, [minutes, candidate]) => {
      return herd.scheduleSwitchover(new Date(Date.now() + minutesOf(minutes) * 60_000), candidate);
    },
  },
  'schedule-restart': {
    usage: 'schedule-restart MEMBER [MINUTES]',
    what: 'patronictl restart --scheduled, an hour from now when not said',
    run: (herd, [member, minutes]) =>
      herd.scheduleRestart(need(member, 'MEMBER'), new Date(Date.now() + minutesOf(minutes) * 60_000)),
  },
  'unschedule-restart': {
    usage: 'unschedule-restart MEMBER',
    what: 'patronictl flush restart',
    run: (herd, [member]) => herd.unscheduleRestart(need(member, 'MEMBER')),
  },
  slot: {
    usage: 'slot NAME physical|logical',
    what: 'add a permanent slot',
    run: (herd, [name, type]) => {
      if (type !== 'physical' && type !== 'logical') throw new Error('say whether it is physical or logical');
      return herd.addSlot(need(name, 'NAME'), type);
    },
  },
  'drop-slot': {
    usage: 'drop-slot NAME',
    what: 'take a permanent slot away',
    run: (herd, [name]) => herd.dropSlot(need(name, 'NAME')),
  },
  tag: {
    usage: 'tag MEMBER NAME=VALUE …',
    what: 'set tags of a member (NAME= takes one away), e.g. nofailover=true',
    run: async (herd, [member, ...tags]) => {
      need(tags[0], 'NAME=VALUE');
      await herd.tag(need(member, 'MEMBER'), tagsOf(tags));
      return herd.patronictl(['list', herd.scope, '-e']);
    },
  },
  sync: {
    usage: 'sync off|on|quorum',
    what: 'set synchronous_mode',
    run: async (herd, [mode]) => {
      if (mode !== 'off' && mode !== 'on' && mode !== 'quorum') throw new Error('say off, on or quorum');
      await herd.sync(mode);
      return herd.patronictl(['list', herd.scope]);
    },
  },
  'standby-cluster': {
    usage: 'standby-cluster',
    what: 'start a standby cluster of two members that follows the leader',
    run: async (herd) => {
      const standby = await herd.addStandbyCluster();
      return standby.patronictl(['list', standby.scope]);
    },
  },
  cluster: {
    usage: 'cluster',
    what: 'all that GET /cluster of the leader says',
    run: async (herd) => JSON.stringify(await herd.wholeCluster(), null, 2),
  },
  sql: {
    usage: 'sql MEMBER QUERY',
    what: 'run SQL on a member as superuser',
    run: (herd, [member, ...query]) => herd.sql(need(member, 'MEMBER'), need(query.join(' ') || undefined, 'QUERY')),
  },
  unschedule: { usage: 'unschedule', what: 'patronictl flush switchover', run: (herd) => herd.unschedule() },
  'stop-store': {
    usage: 'stop-store',
    what: 'stop the store; the leader demotes itself when its lock runs out',
    run: async (herd) => {
      await herd.stopStore();
      return `${herd.store.name} is stopped`;
    },
  },
  'start-store': {
    usage: 'start-store',
    what: 'start it again, on the same data',
    run: async (herd) => {
      await herd.startStore();
      return thenList(herd, Promise.resolve(`${herd.store.name} runs`));
    },
  },
  'add-member': {
    usage: 'add-member [MEMBER]',
    what: 'one more member, which follows the leader or that MEMBER',
    run: async (herd, [replicateFrom]) => {
      const name = await herd.addMember(replicateFrom === undefined ? {} : { replicateFrom });
      return thenList(herd, Promise.resolve(`added ${name}`));
    },
  },
  'remove-member': {
    usage: 'remove-member MEMBER',
    what: 'end a member in an orderly way and remove its data',
    run: async (herd, [member]) => {
      await herd.removeMember(need(member, 'MEMBER'));
      return `removed ${String(member)}; its key goes when its TTL has run out`;
    },
  },
};

/** What the lab is and where: for `status` and at the end of `up`. */
export async function describeHerd(herd: Herd): Promise<string> {
  const lines = [`Patroni ${herd.patroni.version}, scope ${herd.scope}, in ${herd.folder}`];
  const { name, pid, endpoint, logFile } = herd.store;
  lines.push(`${name}  ${pid === 0 ? 'stopped' : `pid ${String(pid)}`}, ${endpoint}, log ${logFile}`);
  for (const member of herd.members) {
    const patroni = member.isRunning ? `pid ${String(member.pid)}` : 'does not run';
    const ports = `REST ${String(member.apiPort)}, PostgreSQL ${String(member.postgresPort)}`;
    lines.push(`${member.name}  ${patroni}, ${ports}, log ${member.logFile}`);
  }
  const list = await herd.patronictl(['list', herd.scope]).catch((error: unknown) => String(error));
  lines.push('', list.trimEnd(), '', `Look at it: npm start -- --connect ${herd.connectUrl}`);
  return lines.join('\n');
}

/** Waits until the herd is at rest again, then adds the list to what was printed. */
async function thenList(herd: Herd, printed: Promise<string>): Promise<string> {
  const text = (await printed).trimEnd();
  await herd.settled();
  return `${text}\n\n${await herd.patronictl(['list', herd.scope, '-e'])}`;
}

function need(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`say which ${name}`);
  return value;
}

function minutesOf(text = '60'): number {
  const minutes = Number(text);
  if (!Number.isFinite(minutes) || minutes <= 0) throw new Error(`${text} is no number of minutes`);
  return minutes;
}

/** `NAME=VALUE` each, read as YAML would: true, false and numbers are such. */
function tagsOf(words: readonly string[]): Readonly<Record<string, string | number | boolean | null>> {
  return Object.fromEntries(
    words.map((word): [string, string | number | boolean | null] => {
      const [, name = '', text = ''] = /^([^=]+)=(.*)$/.exec(word) ?? [];
      if (name === '') throw new Error(`${word} is no NAME=VALUE`);
      if (text === '') return [name, null];
      if (text === 'true' || text === 'false') return [name, text === 'true'];
      return [name, /^-?\d+$/.test(text) ? Number(text) : text];
    }),
  );
}

function megabytesOf(text: string): number {
  const megabytes = Number(text);
  if (Number.isInteger(megabytes) && megabytes > 0 && megabytes <= 4096) return megabytes;
  throw new Error(`${text} is no number of MB from 1 to 4096`);
}

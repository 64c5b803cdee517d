import { createStore } from 'zustand/vanilla';
import type { SessionStart, Settings } from '../../app/ipc/contract';

/** The program's own state: whether main has answered, and what it said once. */
export interface SessionStoreState {
  readonly phase:
    | { readonly kind: 'starting' }
    | { readonly kind: 'ready' }
    /** Main did not answer; the sentence says why. */
    | { readonly kind: 'failed'; readonly message: string };
  readonly appVersion: string;
  /** Node's `process.platform`. */
  readonly platform: string;
  readonly settings: Settings;
  readonly secrets: SessionStart['secrets'];
  readonly notices: readonly string[];
}

export const sessionStore = createStore<SessionStoreState>(() => ({
  phase: { kind: 'starting' },
  appVersion: '',
  platform: 'linux',
  settings: { theme: 'system', notifications: true, practice: true },
  secrets: 'this-run',
  notices: [],
}));

/** Takes what main said at the start. */
export function sessionStarted(start: SessionStart): void {
  const { appVersion, platform, settings, secrets } = start;
  // Asked for again, main says its notices again: those that were put away stay away.
  const { phase, notices } = sessionStore.getState();
  const known = phase.kind === 'ready' ? notices : start.notices;
  sessionStore.setState({ phase: { kind: 'ready' }, appVersion, platform, settings, secrets, notices: known });
}

/** Takes the settings as main holds them now. */
export function settingsChanged(settings: Settings): void {
  sessionStore.setState({ settings });
}

/** Puts one notice away. */
export function dismissNotice(notice: string): void {
  sessionStore.setState((s) => ({ notices: s.notices.filter((n) => n !== notice) }));
}

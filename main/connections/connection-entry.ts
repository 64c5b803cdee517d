import type { ReadableStore, StoreFailure, WritableStore } from '../../app/dcs/store';
import type { ConnectionSettings, ConnectionStatus, ConnectionView } from '../../app/ipc/contract';
import type { SecretPlaces } from '../../app/ipc/connections/secrets';
import type { PictureView } from '../../app/ipc/snapshot';
import type { MemberApi } from '../../app/operations/member-api';
import type { HeldRecording } from '../../app/snapshot/held-recording';
import type { Picture } from '../../app/snapshot/picture';
import type { PictureStore } from '../../app/snapshot/picture-store';
import type { Source } from '../inspection/source';
import type { Recorded } from '../recorder/recorders';
import type { Way } from '../stores/tls/way';
import type { PracticeControl } from './practice';

/** The practice herd's id among the connections. */
export const practiceId = 'practice';
const PRACTICE_NAME = 'Practice herd';

/** What an open connection is read and changed through. */
export interface Opened {
  readonly store: ReadableStore;
  readonly namespace: string;
  /** The members' REST API; absent where there are no members to ask. */
  readonly members?: MemberApi;
  /** How the members are reached otherwise; straight where it is left out. */
  readonly way?: Way | undefined;
  /** For the practice herd alone. */
  readonly practice?: PracticeControl;
}

/** One connection. */
export interface Entry {
  readonly id: string;
  settings: ConnectionSettings | null;
  temporary: boolean;
  readonly openedAt: string;
  /** Set for a snapshot: what it shows, and the file that it is from. */
  readonly shown: {
    readonly store: PictureStore;
    readonly file: string;
    readonly notes: readonly string[];
    readonly recording: HeldRecording | null;
  } | null;
  /** Null while its store is being loaded. */
  source: Source | null;
  /** Null as long, and for a picture, to which nothing can be done. */
  opened: Opened | null;
  /** Why its store could not even be opened, and when; null otherwise. */
  unopened: { readonly failure: StoreFailure; readonly since: string } | null;
  /** What all its keys are below. */
  namespace: string;
  closed: boolean;
  /** Ends the watch on the files that its settings name. */
  unwatchFiles: () => void;
  /** Raised with each renewal: one that took longer than the next is thrown away. */
  renewal: number;
}

/** As the window shows it; `secrets` are where its secrets are kept. */
export function viewOf(entry: Entry, secrets: SecretPlaces): ConnectionView {
  return {
    id: entry.id,
    name: entry.shown?.store.picture.connection ?? nameOf(entry),
    kind: entry.shown === null ? (entry.settings?.kind ?? 'practice') : 'snapshot',
    settings: entry.settings,
    temporary: entry.temporary,
    secrets: entry.settings === null ? {} : secrets,
    status: entry.source?.status ?? statusBefore(entry),
    foreignKeyCount: entry.source?.foreignKeyCount ?? 0,
    ...(entry.opened?.members === undefined ? {} : { operable: true }),
    ...(entry.opened?.store.untold === undefined ? {} : { untold: entry.opened.store.untold }),
    ...(entry.shown === null ? {} : { picture: pictureView(entry.shown) }),
  };
}

/** While there is nothing that could be connected. */
function statusBefore({ unopened, openedAt }: Entry): ConnectionStatus {
  if (unopened === null) return { kind: 'connecting', since: openedAt };
  return { kind: 'lost', ...unopened, lastHeardAt: null, retryAt: null };
}

/** Its settings say what no store can be made of: edited by hand, or of another version. */
export function unopenedFailure(error: unknown): StoreFailure {
  return {
    kind: 'other',
    endpoint: '',
    message: 'This connection could not be opened as its settings are.',
    advice: 'Edit it and look at its addresses. The detail says what was wrong.',
    detail: error instanceof Error ? error.message : String(error),
  };
}

/** As it is recorded. */
export function recordedOf(entry: Entry, namespace: string): Recorded {
  const { id, settings, temporary } = entry;
  return { id, name: nameOf(entry), kind: settings?.kind ?? 'practice', namespace, settings, temporary };
}

const nameOf = ({ settings }: Entry): string => settings?.name ?? PRACTICE_NAME;

/** The store of a connection, as a picture names it. */
export function storeOf(settings: ConnectionSettings | null): Picture['store'] {
  const kind = settings === null ? 'practice' : settings.kind === 'exhibitor' ? 'zookeeper' : settings.kind;
  return { kind, version: null };
}

function pictureView({ store: { picture }, file, notes, recording }: NonNullable<Entry['shown']>): PictureView {
  const { store, namespace, untold } = picture;
  return {
    file,
    storeKind: store.kind,
    storeVersion: store.version,
    namespace,
    untold,
    notes,
    recording: spanOf(recording),
  };
}

/** Whether a store can be written to. */
export function canWrite(store: ReadableStore): store is WritableStore {
  return 'removeAll' in store;
}

const spanOf = (recording: HeldRecording | null): PictureView['recording'] =>
  recording === null ? null : { from: recording.from, to: recording.to };

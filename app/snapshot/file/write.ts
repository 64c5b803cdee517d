import type { SessionState } from '../../dcs/store';
import type { StoreNode } from '../../dcs/node';
import { parseKey, patroniKey } from '../../dcs/keys';
import { utf8Bytes } from '../../dcs/utf8';
import type { JsonObject } from '../../json';
import { compareText } from '../../text';
import type { Picture } from '../picture';
import { FORMAT_VERSION, type FileContent, type FileHeader } from './schema';

/** A part of a file: what begins it, and its records, one a line. */
export interface Section {
  readonly content: FileContent;
  /** `kind` and `version` of the section, and what is said of it as a whole. */
  readonly begin: { readonly kind: string; readonly version: number } & JsonObject;
  records(): Iterable<JsonObject>;
}

export interface FileToWrite {
  readonly program: string;
  readonly writtenAt: string;
  readonly redacted: FileHeader['redacted'];
  readonly sections: readonly Section[];
}

/** The first line of a file, with its line break: the only one that is not compressed. */
export function headerLine({ program, writtenAt, redacted, sections }: FileToWrite): string {
  const header: FileHeader = {
    herdscope: { version: FORMAT_VERSION, program },
    writtenAt,
    redacted,
    contents: sections.map(({ content }) => content),
  };
  return `${JSON.stringify(header)}\n`;
}

/** The lines that follow the header and are compressed, each with its line break. */
export function* bodyLines({ sections }: FileToWrite): Generator<string> {
  let lines = 0;
  for (const section of sections) {
    yield `${JSON.stringify({ section: section.begin })}\n`;
    lines += 1;
    for (const record of section.records()) {
      yield `${JSON.stringify(record)}\n`;
      lines += 1;
    }
  }
  yield `${JSON.stringify({ end: { lines } })}\n`;
}

/** A picture as a section of a file. */
export function pictureSection(picture: Picture): Section {
  const { connection, store, namespace, at, revision, nodes, sessions, untold } = picture;
  return {
    content: { kind: 'picture', connection, at, clusters: clustersOf(picture), keys: nodes.length },
    begin: {
      kind: 'picture',
      version: 1,
      connection,
      store: { kind: store.kind, version: store.version },
      namespace,
      at,
      revision,
      untold: [...untold],
    },
    *records() {
      for (const node of nodes) yield { node: nodeRecord(node) };
      for (const session of sessions) yield { session: sessionRecord(session) };
    },
  };
}

/** The scopes in a picture that are Patroni clusters, in order. */
export function clustersOf({ namespace, nodes }: Pick<Picture, 'namespace' | 'nodes'>): string[] {
  const scopes = new Set<string>();
  for (const { key } of nodes) {
    const path = parseKey(namespace, key);
    if (path !== null && patroniKey(path.relative) !== null) scopes.add(path.scope);
  }
  return [...scopes].sort(compareText);
}

function nodeRecord({ key, value, bytes, createRevision, modRevision, version, session }: StoreNode): JsonObject {
  return {
    key,
    value,
    ...(bytes === utf8Bytes(value) ? {} : { bytes }),
    create: createRevision,
    mod: modRevision,
    version,
    ...(session === null ? {} : { session }),
  };
}

function sessionRecord({ id, grantedTtlSeconds, remainingTtlSeconds, askedAt }: SessionState): JsonObject {
  return { id, granted: grantedTtlSeconds, remaining: remainingTtlSeconds, askedAt };
}

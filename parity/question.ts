import type { Role } from '../app/slots';
import type { JsonObject } from '../app/json';

/** A key as the store has it. */
export interface QuestionNode {
  readonly key: string;
  readonly value: string;
  readonly mod_revision: string;
  readonly lease: string | null;
}

/** A server from which the cluster is looked at. */
export interface QuestionView {
  readonly name: string;
  readonly role: Role;
  /** PostgreSQL's major version. */
  readonly postgres: number;
  /** Positions of slots on the server, for what it would publish. */
  readonly slots: readonly (readonly [name: string, lsn: number])[];
}

/** A cluster's keys, and what is to be said of it. */
export interface ClusterQuestion {
  readonly kind: 'cluster';
  readonly mpp: boolean;
  readonly nodes: readonly QuestionNode[];
  readonly names: readonly string[];
  readonly auth: JsonObject;
  readonly lists: readonly { readonly citus: boolean; readonly extended: boolean; readonly group: number | null }[];
  readonly views: readonly QuestionView[];
}

/** Texts for the functions that need no cluster. */
export interface FunctionQuestion {
  readonly kind: 'functions';
  readonly texts: readonly string[];
}

export type Question = ClusterQuestion | FunctionQuestion;

/** A question about one cluster by its keys below its path, each member seen as a primary, and a stranger too. */
export function exampleQuestion(example: Readonly<Record<string, string>>): ClusterQuestion {
  const nodes = Object.entries(example).map(([path, value]) => ({
    key: `/service/demo/${path}`,
    value,
    mod_revision: '7',
    lease: null,
  }));
  const members = Object.keys(example).flatMap((path) => /^members\/(.+)$/.exec(path)?.[1] ?? []);
  return {
    kind: 'cluster',
    mpp: false,
    nodes: nodes.sort((a, b) => (a.key < b.key ? -1 : 1)),
    names: ['pg1'],
    auth: {},
    lists: [{ citus: false, extended: true, group: null }],
    views: [...members, 'stranger'].map((name) => ({ name, role: 'primary', postgres: 15, slots: [] })),
  };
}

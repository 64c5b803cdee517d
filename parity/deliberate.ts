import type { Json } from '../app/json';
import type { Question } from './question';

/** What is known where the model and Patroni differ. */
export interface Context {
  readonly path: string;
  readonly theirs: Json;
  readonly ours: Json | undefined;
  readonly question: Question;
  /** `KEY PROBLEM` for each key that the model says something against. */
  readonly problems: readonly string[];
}

/** A difference that is meant, with its reason. */
export interface Deliberate {
  readonly name: string;
  readonly reason: string;
  readonly where: RegExp;
  readonly applies: (context: Context) => boolean;
}

export const deliberate: readonly Deliberate[] = [];

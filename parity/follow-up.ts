import { inexactNumbers } from '../app/cluster/parsed';
import { type Comparison } from './compare';
import { INEXACT } from './deliberate';
import type { ClusterQuestion, Question, QuestionNode } from './question';

/** A number of JSON, or a text in which digits are no number. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/gs;
/** Sums and differences of numbers below this are exact in JavaScript too. */
const SMALL = 10n ** 15n;

/**
 * What is to be asked besides, so that a deliberate difference hides nothing else; null where nothing is. Where numbers are
 * not exact here: the same keys with small numbers, to which both must say the same: so what differed depends on those
 * numbers. Where Patroni cannot load the cluster: the same keys without those that keep it from that.
 */
export function followUp(question: Question, comparison: Comparison): ClusterQuestion | null {
  if (question.kind !== 'cluster') return null;
  const isInexact = comparison.deliberate.has(INEXACT);
  if (!isInexact && comparison.isLoaded) return null;
  const loadable = comparison.isLoaded ? question.nodes : question.nodes.filter((node) => !maySpoilLoading(node));
  const nodes = isInexact ? loadable.map(withSmallNumbers) : loadable;
  const isOther = nodes.length < question.nodes.length || nodes.some((node, i) => node !== question.nodes[i]);
  return isOther ? { ...question, nodes } : null;
}

/** Keys that Patroni raises at while it loads: a request whose time it cannot read, a member that is a URL. */
function maySpoilLoading({ key, value }: QuestionNode): boolean {
  return key.endsWith('/failover') || value.startsWith('postgres');
}

function withSmallNumbers(node: QuestionNode): QuestionNode {
  if (inexactNumbers(node.value) === null) return node;
  return { ...node, value: node.value.replace(TOKEN, smallNumber) };
}

function smallNumber(token: string): string {
  const value = Number(token);
  if (token.startsWith('"') || !Number.isInteger(value)) return token;
  return String(BigInt(value) % SMALL);
}

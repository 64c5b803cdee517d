import { isObject, type Parsed, parseJson } from './parsed';

/** The members that may go on without the store, by name with their REST API's URL, in the key's order. */
export type Failsafe = readonly (readonly [name: string, apiUrl: string])[];

/** Reads the failsafe key's value; null where it cannot be read. `patroni/dcs/etcd3.py: _cluster_from_nodes`. */
export function parse(value: string): Parsed<Failsafe | null> {
  const { value: data, problem } = parseJson(value);
  if (problem !== null) return { value: null, problem };
  if (!isObject(data)) return { value: null, problem: 'is JSON, but not an object' };
  const entries = Object.entries(data);
  const failsafe = entries.flatMap(([name, url]) => (typeof url === 'string' ? [[name, url] as const] : []));
  const odd = failsafe.length < entries.length;
  return { value: failsafe, problem: odd ? 'has a member whose URL is not text' : null };
}

/** The members of a key; null without a key or where its value cannot be read. */
export function fromNode(value: string | null): Failsafe | null {
  return value === null ? null : parse(value).value;
}

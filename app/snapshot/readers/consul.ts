import type { StoreNode } from '../../dcs/node';
import { bareNode, type Reader } from './reading';
import { absolute, digitsOf, field, fromBase64, isFields, sizeOf, textOf } from './values';
import { trimmedEnd } from '../../text';

/** `consul kv export PREFIX`: a list of `key`, `flags`, `value` (base64). */
export const readConsulExport: Reader = (_text, json) => {
  if (!Array.isArray(json) || json.length === 0) return null;
  const entries = json as readonly unknown[];
  if (!entries.every((entry) => isFields(entry) && 'key' in entry && 'flags' in entry && 'value' in entry)) return null;
  const nodes: StoreNode[] = [];
  for (const entry of entries) {
    const key = textOf(field(entry, 'key'));
    const value = fromBase64(field(entry, 'value'));
    if (key !== null && value !== null && !key.endsWith('/'))
      nodes.push(bareNode(absolute(key), value.text, value.bytes));
  }
  return {
    kind: 'keys',
    what: 'output of consul kv export',
    store: 'consul',
    at: null,
    revision: '0',
    nodes,
    untold: ['instant', 'revisions', 'sessions', 'times-to-live'],
    notes: left(entries.length - nodes.length),
  };
};

/** Consul's HTTP API, `GET /v1/kv/PREFIX?recurse`: a list of `Key`, `Value` (base64), `ModifyIndex`, `Session`. */
export const readConsulHttp: Reader = (_text, json) => {
  if (!Array.isArray(json) || json.length === 0) return null;
  const entries = json as readonly unknown[];
  if (!entries.every((entry) => isFields(entry) && 'Key' in entry && 'ModifyIndex' in entry)) return null;
  const nodes: StoreNode[] = [];
  let newest = 0n;
  for (const entry of entries) {
    const key = textOf(field(entry, 'Key'));
    const value = fromBase64(field(entry, 'Value'));
    if (key === null || value === null || key.endsWith('/')) continue;
    const modRevision = digitsOf(field(entry, 'ModifyIndex')) ?? '0';
    if (BigInt(modRevision) > newest) newest = BigInt(modRevision);
    nodes.push(
      bareNode(absolute(key), value.text, value.bytes, {
        createRevision: digitsOf(field(entry, 'CreateIndex')) ?? '0',
        modRevision,
        session: textOf(field(entry, 'Session')),
      }),
    );
  }
  return {
    kind: 'keys',
    what: 'answer of Consul’s HTTP API',
    store: 'consul',
    at: null,
    revision: newest.toString(),
    nodes,
    untold: ['instant', 'times-to-live'],
    notes: left(entries.length - nodes.length),
  };
};

/** `consul kv get -recurse PREFIX`: a line `key:value` each. A value with line breaks goes on until a line that is a key of the same root. */
export const readConsulRecurse: Reader = (text) => {
  const root = /^([^\s:/{["]+\/)[^\s:]*:/.exec(text.slice(0, 10_000))?.[1];
  if (root === undefined) return null;
  const lines = trimmedEnd(text.replace(/\r\n/g, '\n'), (character) => character === '\n').split('\n');
  const nodes: StoreNode[] = [];
  let key: string | null = null;
  let value = '';
  const keep = (): void => {
    if (key !== null) nodes.push(bareNode(absolute(key), value, sizeOf(value)));
  };
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (line.startsWith(root) && colon > 0 && !/\s/.test(line.slice(0, colon))) {
      keep();
      key = line.slice(0, colon);
      value = line.slice(colon + 1);
    } else value = `${value}\n${line}`;
  }
  keep();
  if (!nodes.some((node) => /\/(?:leader|initialize|config|members\/[^/]*)$/.test(node.key))) return null;
  return {
    kind: 'keys',
    what: 'output of consul kv get -recurse',
    store: 'consul',
    at: null,
    revision: '0',
    nodes,
    untold: ['instant', 'revisions', 'sessions', 'times-to-live'],
    notes: [],
  };
};

const left = (count: number): readonly string[] =>
  count === 0 ? [] : [`${count} of its entries are folders or no base64 and were left out.`];

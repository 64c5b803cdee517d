import { parse as parseYaml } from 'yaml';
import { err, ok, type Result } from '../../result';
import { excerpt } from '../../text';
import { readConsulExport, readConsulHttp, readConsulRecurse } from './consul';
import { readEtcd2, readEtcdFields, readEtcdJson, readEtcdPlain } from './etcd';
import { readKubernetes } from './kubernetes';
import { readPatronictlJson, readPatronictlTable } from './patronictl';
import type { Piece, Reader, Reading } from './reading';
import { readCluster, readConfig, readHistory, readPatroni } from './rest-api';
import { readZooKeeperJson, readZooKeeperSession } from './zookeeper';
import { isCostlyYaml } from '../../yaml-cost';

/** YAML takes a hundred times as long to read as JSON. */
const MOST_YAML = 1024 * 1024;

/** No value of a store is as long as this, and no line of any tool's output, unless it is JSON. */
const MOST_LINE = 4 * 1024 * 1024;

/** How deeply nested a text may be; deeper ones are no output of any tool. */
const MAX_DEPTH = 200;

/** How many objects and lists a text may hold: a store's key is one. */
const MOST_BRACKETS = 500_000;

/** The particular before the general. */
const ofJson: readonly Reader[] = [
  readEtcdJson,
  readEtcd2,
  readConsulExport,
  readConsulHttp,
  readKubernetes,
  readPatronictlJson,
  readCluster,
  readPatroni,
  readHistory,
  readZooKeeperJson,
  readConfig,
];
const ofText: readonly Reader[] = [
  readPatronictlTable,
  readEtcdFields,
  readZooKeeperSession,
  readEtcdPlain,
  readConsulRecurse,
];

/**
 * Reads one text, whatever it is of all that can be exported. The error goes on from the text's name and says what it is, as far as
 * that can be told, and what is wrong. Pure: nothing is written and nothing is run.
 */
export function readPiece({ text: raw }: Piece): Result<readonly Reading[], string> {
  const text = raw.replace(/^\uFEFF/, '').trim();
  if (text === '') return err('is empty.');
  if (text.slice(0, 4096).includes('\u0000')) return err('is no text, and none of the archives that can be opened.');
  const first = text[0];
  if (first === '{' || first === '[') return fromJson(text);
  const firstBreak = text.indexOf('\n');
  if ((firstBreak < 0 ? text.length : firstBreak) > MOST_LINE)
    return err(`is no export that Herdscope knows. It begins with “${excerpt(text.slice(0, 100), 60)}”.`);
  for (const read of ofText) {
    const readings = listOf(read(text, undefined));
    if (readings.length > 0) return ok(readings);
  }
  if (text.length > MOST_YAML && looksLikeYaml(text))
    return err('is YAML of more than 1 MiB, which takes too long to read. Export JSON instead (-o json, -f json).');
  const yaml = fromYaml(text);
  if (yaml !== undefined) {
    for (const read of ofJson) {
      const readings = listOf(read(text, yaml));
      if (readings.length > 0) return ok(readings);
    }
  }
  return err(`is no export that Herdscope knows. It begins with “${excerpt(text.split('\n')[0] ?? '', 60)}”.`);
}

function fromJson(text: string): Result<readonly Reading[], string> {
  const shape = shapeOf(text);
  if (shape === 'deep') return err('is JSON that is nested deeper than any export.');
  if (shape === 'wide') return err('is JSON with more in it than any export: it was not read.');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const values = severalValues(text);
    if (values !== null) {
      const readings = values.flatMap(
        (value) => ofJson.map((read) => listOf(read(text, value))).find((one) => one.length > 0) ?? [],
      );
      if (readings.length > 0) return ok(readings);
    }
    // V8 quotes what it found there, which may be a secret.
    const place = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const isCut = !/[}\]]\s*$/.test(text) || /end of JSON|Unterminated/.test(String(error));
    return err(
      isCut
        ? 'is JSON that ends in the middle: its end is missing.'
        : `is JSON with a mistake in it${place === undefined ? '' : `, at character ${place}`}.`,
    );
  }
  for (const read of ofJson) {
    const readings = listOf(read(text, json));
    if (readings.length > 0) return ok(readings);
  }
  if (Array.isArray(json) && json.length === 0) return err('is an empty list: there was nothing to export.');
  return err('is JSON, but no export that Herdscope knows: neither of a store nor of patronictl nor of the REST API.');
}

/** Several JSON values, one a line: answers of the REST API that were written into one file. */
function severalValues(text: string): readonly unknown[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || lines.length > 10_000) return null;
  try {
    return lines.map((line) => JSON.parse(line) as unknown);
  } catch {
    return null;
  }
}

const looksLikeYaml = (text: string): boolean =>
  /^[\w"'-]/.test(text) && /^\s*(?:- )?["\w.-]+:(?:\s|$)/m.test(text.slice(0, 20_000));

function fromYaml(text: string): unknown {
  if (!looksLikeYaml(text) || isCostlyYaml(text)) return undefined;
  try {
    const value: unknown = parseYaml(text, { maxAliasCount: 100, uniqueKeys: false, logLevel: 'silent' });
    return isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Looked at before it is parsed: a parser takes a hundred times the memory of so many brackets. */
function shapeOf(text: string): 'deep' | 'wide' | 'usual' {
  let depth = 0;
  let opened = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      i += 1;
      for (let unit = text.charCodeAt(i); i < text.length && unit !== 0x22; unit = text.charCodeAt(i))
        i += unit === 0x5c ? 2 : 1;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      opened += 1;
      if (depth > MAX_DEPTH) return 'deep';
      if (opened > MOST_BRACKETS) return 'wide';
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return 'usual';
}

function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      for (const child of Object.values(one) as unknown[])
        if (typeof child === 'object' && child !== null) next.push(child);
    }
    if (next.length === 0) return false;
    level = next;
  }
  return true;
}

const listOf = (found: ReturnType<Reader>): readonly Reading[] =>
  found === null ? [] : Array.isArray(found) ? (found as readonly Reading[]) : [found as Reading];

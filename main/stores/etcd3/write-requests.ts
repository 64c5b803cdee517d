import type { ICompare, IRequestOp, ITxnRequest, ITxnResponse } from 'etcd3';
import type { SetCondition, Written } from '../../../app/dcs/store';
import { keyRange } from './key-range';
import { toNode } from './nodes';

/** A transaction that sets a key on a condition, with a lease or (null) without one, and else reads what is there. */
export function setRequest(key: string, value: string, condition: SetCondition, lease: string | null): ITxnRequest {
  const put: IRequestOp = {
    request_put: { key: Buffer.from(key), value: Buffer.from(value), ...(lease === null ? {} : { lease }) },
  };
  return onCondition(key, condition, put);
}

/** A transaction that deletes a key on a condition, and else reads what is there. */
export function removeRequest(key: string, condition: SetCondition): ITxnRequest {
  return onCondition(key, condition, { request_delete_range: { key: Buffer.from(key) } });
}

/** Deletes every key below a prefix. */
export function removeAllRequest(prefix: string): ITxnRequest {
  return { success: [{ request_delete_range: keyRange(prefix) }] };
}

/** What a transaction made by one of these did. */
export function outcomeOf(answer: ITxnResponse): Written {
  if (answer.succeeded) return { kind: 'done', revision: answer.header.revision };
  const found = answer.responses[0]?.response_range.kvs[0];
  return { kind: 'refused', found: found === undefined ? null : toNode(found) };
}

function onCondition(key: string, condition: SetCondition, write: IRequestOp): ITxnRequest {
  if (condition === 'any') return { success: [write] };
  // A key that does not exist has revision 0.
  const compare: ICompare = {
    key: Buffer.from(key),
    target: 'Mod',
    result: 'Equal',
    mod_revision: condition.modRevision,
  };
  return { compare: [compare], success: [write], failure: [{ request_range: { key: Buffer.from(key) } }] };
}

import { utf8Bytes } from '../../dcs/utf8';

export { fromBase64 } from './base64';

// What comes out of a file is unknown until it was looked at.

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object's own member. */
export const field = (of: unknown, name: string): unknown =>
  isFields(of) && Object.hasOwn(of, name) ? of[name] : undefined;

export const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A number of a store as a decimal string: some tools write it as a text. */
export function digitsOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return BigInt(Math.trunc(value)).toString();
  return typeof value === 'string' && /^\d{1,40}$/.test(value) ? value : null;
}

/** A key with one slash before it. */
export const absolute = (key: string): string => (key.startsWith('/') ? key : `/${key}`);

export const sizeOf = utf8Bytes;

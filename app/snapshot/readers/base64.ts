// The core has neither Node's Buffer nor the page's atob.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const digits = new Uint8Array(128).fill(255);
for (let i = 0; i < ALPHABET.length; i += 1) digits[ALPHABET.charCodeAt(i)] = i;

/** Base64 as UTF-8, with its size in bytes; null when it is no base64. What is no UTF-8 becomes U+FFFD. */
export function fromBase64(encoded: unknown): { readonly text: string; readonly bytes: number } | null {
  if (encoded === undefined || encoded === null || encoded === '') return { text: '', bytes: 0 };
  if (typeof encoded !== 'string') return null;
  const end = encoded.length - (encoded.endsWith('==') ? 2 : encoded.endsWith('=') ? 1 : 0);
  const bytes = new Uint8Array(Math.floor((end * 3) / 4));
  let length = 0;
  let bits = 0;
  let pending = 0;
  for (let i = 0; i < end; i += 1) {
    const digit = digits[encoded.charCodeAt(i)] ?? 255;
    if (digit === 255) return null;
    bits = ((bits << 6) | digit) & 0xffffff;
    pending += 6;
    if (pending < 8) continue;
    pending -= 8;
    bytes[length] = (bits >> pending) & 0xff;
    length += 1;
  }
  return { text: utf8Text(bytes.subarray(0, length)), bytes: length };
}

/** The least code point that a sequence of this many bytes may stand for: a smaller one could be written shorter. */
const LEAST = [0, 0, 0x80, 0x800, 0x10000];

/** UTF-8 as text. */
function utf8Text(bytes: Uint8Array): string {
  const parts: string[] = [];
  let units: number[] = [];
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i] ?? 0;
    const size =
      first < 0x80
        ? 1
        : first >= 0xc2 && first < 0xe0
          ? 2
          : (first & 0xf0) === 0xe0
            ? 3
            : (first & 0xf8) === 0xf0
              ? 4
              : 0;
    let point = size === 1 ? first : size === 0 ? -1 : first & (0xff >> (size + 1));
    let taken = 1;
    while (point >= 0 && taken < size) {
      const next = bytes[i + taken];
      if (next === undefined || (next & 0xc0) !== 0x80) point = -1;
      else {
        point = (point << 6) | (next & 0x3f);
        taken += 1;
      }
    }
    const isWrong = point < (LEAST[size] ?? 0) || point > 0x10ffff || (point >= 0xd800 && point < 0xe000);
    if (isWrong) units.push(0xfffd);
    else if (point < 0x10000) units.push(point);
    else units.push(0xd7c0 + (point >> 10), 0xdc00 + (point & 0x3ff));
    i += isWrong ? 1 : size;
    if (units.length > 8000) {
      parts.push(String.fromCharCode(...units));
      units = [];
    }
  }
  parts.push(String.fromCharCode(...units));
  return parts.join('');
}

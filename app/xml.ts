import { codePointName, splitUnseen } from './unseen';

/**
 * Text for an XML or HTML document. What cannot be seen, or turns the direction of writing, is written as `⟨U+202E⟩`; what XML cannot
 * hold at all becomes U+FFFD.
 */
export function xml(text: string): string {
  return splitUnseen(text)
    .map((part) => (part.kind === 'text' ? part.text : `⟨${codePointName(part.code)}⟩`))
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd');
}

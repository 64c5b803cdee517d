/** A line that is longer than any that is read. */
export class LineTooLong extends Error {}

/** Cuts UTF-8 into lines, without their line breaks. What follows the last one is a line too. Throws `LineTooLong`. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, mostLength: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      parts.push(text.slice(start, end));
      yield parts.length === 1 ? (parts[0] ?? '') : parts.join('');
      parts = [];
      length = 0;
      start = end + 1;
    }
    if (start < text.length) {
      parts.push(text.slice(start));
      length += text.length - start;
      if (length > mostLength) throw new LineTooLong();
    }
  }
  const rest = parts.join('') + decoder.decode();
  if (rest !== '') yield rest;
}

import { readFileSync } from 'node:fs';

/** A log's name and last lines, as the end of an error message. */
export function logEnd(file: string, lines = 15): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    text = error instanceof Error ? error.message : String(error);
  }
  const last = text.trimEnd().split('\n').slice(-lines);
  return [`The end of ${file}:`, ...last.map((line) => `  ${line}`)].join('\n');
}

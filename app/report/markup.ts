import { plainName } from '../unseen';
import { xml } from '../xml';

/** A piece of a page in which everything that came from outside is escaped. Made by `html` and `drawn` alone. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | null | readonly Part[];

/** A piece of a page: whatever is put into it is text, unless it is a piece itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: texts.map((text, i) => text + (i < parts.length ? written(parts[i] ?? null) : '')).join('') };
}

/** A drawing of ours, whose texts are escaped already. */
export const drawn = (svg: string): Markup => ({ markup: svg });

/** A name as it is: what cannot be seen in it is told, and its direction of writing ends with it. */
export const name = (text: string): Markup => html`<bdi>${plainName(text)}</bdi>`;

function written(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string' || typeof part === 'number') return xml(String(part));
  return 'markup' in part ? part.markup : part.map(written).join('');
}

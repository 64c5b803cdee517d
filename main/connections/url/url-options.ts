import { resolve } from 'node:path';

/** What a URL's options are asked for; what was wrong with them is kept until the end, and what nobody asked for is refused. */
export class UrlOptions {
  readonly #asked = new Set<string>();
  #problem: string | null = null;

  constructor(
    private readonly options: URLSearchParams,
    /** What relative paths start from. */
    private readonly folder: string,
  ) {}

  /** Null when it is not there or empty. */
  text(name: string): string | null {
    this.#asked.add(name);
    const value = this.options.get(name);
    return value === null || value === '' ? null : value;
  }

  file(name: string): string | null {
    const value = this.text(name);
    return value === null ? null : resolve(this.folder, value);
  }

  /** `1` or `0`; null when it is not there. */
  flag(name: string): boolean | null {
    this.#asked.add(name);
    const value = this.options.get(name);
    if (value === null) return null;
    if (value !== '0' && value !== '1') this.refuse(`${name} is 1 or 0.`);
    return value === '1';
  }

  wholeNumber(name: string): number | null {
    const value = this.text(name);
    if (value === null) return null;
    if (!/^\d{1,6}$/.test(value)) this.refuse(`${name} is a whole number.`);
    return Number(value);
  }

  /** `a=b,c=d` */
  pairs(name: string): Record<string, string> {
    const value = this.text(name);
    const pairs = (value ?? '').split(',').flatMap((pair): [string, string][] => {
      const equals = pair.indexOf('=');
      if (pair === '') return [];
      if (equals < 1) this.refuse(`${name} is name=value, with commas between.`);
      return [[pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]];
    });
    return Object.fromEntries(pairs);
  }

  /** Only the first refusal is told. */
  refuse(sentence: string): void {
    this.#problem ??= sentence;
  }

  /** A sentence about the first thing that is wrong; null when nothing is. Ask when all options have been asked for. */
  problem(): string | null {
    const unknown = [...this.options.keys()].find((name) => !this.#asked.has(name));
    if (unknown === undefined) return this.#problem;
    const known = [...this.#asked].sort();
    return `there is no option “${unknown.slice(0, 100)}”. There are ${known.slice(0, -1).join(', ')} and ${known.at(-1) ?? ''}.`;
  }
}

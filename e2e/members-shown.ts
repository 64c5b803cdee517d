import type { Page } from '@playwright/test';

/** What the window shows in a cell of the members table. */
export interface ShownCell {
  readonly text: string;
  /** What a hover says, line by line as it is. */
  readonly hint: string;
  readonly badges: readonly string[];
}

/** The members table by member and column. */
export async function shownRows(page: Page): Promise<ReadonlyMap<string, ReadonlyMap<string, ShownCell>>> {
  const rows = await page
    .getByRole('grid', { name: 'Members' })
    .locator('tr[data-member]')
    .evaluateAll((lines) =>
      lines.map((line) =>
        [...line.querySelectorAll('td[data-column]')].map(
          (cell) =>
            [
              cell.getAttribute('data-column') ?? '',
              {
                text: (cell.textContent ?? '').trim(),
                hint: cell.querySelector('[data-hint]')?.getAttribute('data-hint') ?? '',
                badges: [...cell.querySelectorAll('bdi')].map((badge) => badge.textContent ?? ''),
              },
            ] as const,
        ),
      ),
    );
  return new Map(
    rows.map((cells) => {
      const row = new Map(cells);
      return [row.get('member')?.text ?? '', row];
    }),
  );
}

/** What the head of a cluster's page shows. */
export interface ShownHead {
  readonly scope: string;
  readonly badges: readonly string[];
  /** By label: the text, and what a hover over the label says. */
  readonly facts: ReadonlyMap<string, { readonly text: string; readonly hint: string }>;
}

export async function shownHead(page: Page): Promise<ShownHead> {
  const head = await page
    .getByRole('banner')
    .filter({ has: page.locator('dl') })
    .or(page.locator('header').filter({ has: page.locator('dl') }))
    .first()
    .evaluate((header) => ({
      scope: (header.querySelector('h1')?.textContent ?? '').trim(),
      badges: [...header.querySelectorAll('[class*=badge]')].map((badge) => (badge.textContent ?? '').trim()),
      facts: [...header.querySelectorAll('dl > div')].map(
        (fact) =>
          [
            fact.querySelector('dt')?.textContent ?? '',
            {
              text: (fact.querySelector('dd')?.textContent ?? '').trim(),
              hint: fact.querySelector('dt')?.getAttribute('data-hint') ?? '',
            },
          ] as const,
      ),
    }));
  return { ...head, facts: new Map(head.facts) };
}

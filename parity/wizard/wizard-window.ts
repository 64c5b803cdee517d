import { expect, type Locator, type Page } from '@playwright/test';

/** The guided way through an operation, as a person goes it. */
export class WizardWindow {
  constructor(
    readonly page: Page,
    private readonly scope: string,
  ) {}

  /** Shows the cluster. */
  async show(): Promise<void> {
    await this.page.locator(`[data-fleet-row$="/${this.scope}"]`).click();
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(this.scope);
  }

  /** A switchover, or a failover where nobody leads: as far as its checks. */
  async switchover(candidate: string | null): Promise<void> {
    await this.open('Switchover…');
    await this.candidate(candidate);
    await this.checks();
  }

  async open(button: 'Switchover…' | 'Failover…'): Promise<void> {
    await this.page.getByRole('button', { name: button }).click({ timeout: 60_000 });
  }

  /** One of the other operations. */
  async other(label: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Other operations' }).click();
    await this.page.getByRole('menuitem', { name: label }).click();
  }

  async choose(name: RegExp): Promise<void> {
    await this.page.getByRole('radio', { name }).check({ force: true });
  }

  async candidate(name: string | null): Promise<void> {
    await this.choose(name === null ? /^Whom Patroni takes/ : new RegExp(`^${name} `));
  }

  async checks(): Promise<void> {
    await this.#press('Checks');
    await expect(this.page.locator('[data-check]').first()).toBeVisible();
  }

  check(id: string): Locator {
    return this.page.locator(`[data-check="${id}"]`);
  }

  /** That a check stops it, and that there is no way on; gives the check's words. */
  async stops(id: string): Promise<string> {
    await expect(this.check(id)).toHaveAttribute('data-state', 'stop', { timeout: 40_000 });
    await expect(this.side.getByRole('button', { name: 'Review' })).toBeDisabled();
    const words = (await this.check(id).innerText()).replaceAll('\n', ' ');
    await this.leave();
    return words;
  }

  /** Accepts every warning and sends it, `confirm` being what is to be filled in before. A warning that comes in between is accepted too. */
  async send(label: RegExp, confirm?: () => Promise<void>): Promise<void> {
    const phase = this.page.locator('[data-phase]').first();
    await expect(async () => {
      if (await phase.isVisible()) return;
      if (!(await this.side.getByRole('button', { name: 'Review' }).isVisible())) await this.#step('Checks');
      const boxes = this.page.locator('[data-state=warning] label:not([data-selected])');
      while ((await boxes.count()) > 0) await boxes.first().click({ timeout: 2000 });
      await this.#press('Review', 2000);
      await this.#press('Confirm', 2000);
      await confirm?.();
      await this.page.getByRole('button', { name: label }).click({ timeout: 2000 });
      await expect(phase).toBeVisible({ timeout: 20_000 });
    }).toPass({ timeout: 60_000 });
  }

  phase(id: string): Locator {
    return this.page.locator(`[data-phase="${id}"]`);
  }

  async reached(phase: string, seconds = 60): Promise<void> {
    await expect(this.phase(phase)).toHaveAttribute('data-state', 'done', { timeout: seconds * 1000 });
  }

  get outcome(): Locator {
    return this.page.locator('[data-outcome]');
  }

  /** Closes what has ended. */
  async close(): Promise<void> {
    await this.#press('Close');
  }

  /** Leaves one of which nothing was sent. */
  async leave(): Promise<void> {
    await this.#step('What');
    await this.#press('Cancel');
  }

  get side(): Locator {
    return this.page.getByRole('complementary');
  }

  async #step(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name }).click({ timeout: 5000 });
  }

  async #press(name: string, timeout = 20_000): Promise<void> {
    await this.side.getByRole('button', { name }).click({ timeout });
  }
}

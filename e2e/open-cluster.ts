import type { Page } from '@playwright/test';
import { expect } from './electron-app';

/** Chooses a cluster in the fleet list by its scope, and the page of it with this name. */
export async function openCluster(page: Page, scope: string, tab: string): Promise<void> {
  await page.locator(`[data-fleet-row$="/${scope}"]`).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(scope);
  await page.getByRole('tab', { name: tab }).click();
}

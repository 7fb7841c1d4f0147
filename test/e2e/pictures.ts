/**
 * What a person sees at each step, on a phone, a tablet and a laptop, by day and by night; for people to look at, who ask
 * for it: `PICTURES=yes npm run test:e2e`.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const folder = fileURLToPath(new URL('../../test-results/screenshots/', import.meta.url));
const widths = [320, 768, 1280] as const;
const usual = { width: 1280, height: 900 };

export const picture = async (page: Page, name: string): Promise<void> => {
  if (!process.env['PICTURES']) return;
  await mkdir(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await page.locator('main').screenshot({ path: `${folder}${name}-${width}-${colorScheme}.png` });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(usual);
};

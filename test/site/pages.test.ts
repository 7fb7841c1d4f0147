/** Every page of the site opens, is accessible, fits a phone, and leads nowhere that is not there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { siteFolder } from '../../scripts/site/serve.ts';
import { expect, pagePaths, test } from './site.ts';

const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const paths = await pagePaths();

test('there are pages', () => {
  expect(paths).toEqual(
    expect.arrayContaining([
      'index.html',
      'push.html',
      'elements/setup.html',
      'checklists/xero.html',
      'quick-start/vue-3.html',
    ]),
  );
  expect(paths.length).toBeGreaterThan(45);
});

for (const path of paths)
  test(path, async ({ page }) => {
    await page.goto(path);
    await expect(page.locator('h1')).toHaveCount(1);
    if (path.startsWith('elements/')) await expect(page.locator('#preview :is(h2)').first()).toBeVisible();
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.evaluate(axe);
      const found = await page.evaluate(async () => {
        const run: unknown = Reflect.get(Reflect.get(globalThis, 'axe'), 'run');
        if (typeof run !== 'function') throw new Error('axe is not there.');
        const { violations } = await run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        });
        return violations.map(({ id, nodes }: { id: string; nodes: { target: unknown; failureSummary: string }[] }) =>
          nodes.map(({ target, failureSummary }) => `${id}: ${JSON.stringify(target)} ${failureSummary}`),
        );
      });
      expect(found.flat()).toEqual([]);
    }
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });

test('every link leads to a page, and to a place on it', async ({ page }) => {
  const dead: string[] = [];
  const places = new Map<string, ReadonlySet<string>>();
  const linked = new Map<string, readonly string[]>();
  await page.goto('index.html');
  for (const path of paths) {
    const text = await readFile(join(siteFolder, path), 'utf8');
    places.set(path, new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id)));
    linked.set(
      path,
      [...text.matchAll(/ (?:href|src)="([^"]+)"/g)].map(([, to = '']) => to),
    );
  }
  for (const [path, links] of linked)
    for (const link of links) {
      const { origin, pathname, hash } = new URL(link, `http://site.example/${path}`);
      if (origin !== 'http://site.example') continue;
      const to = pathname.slice(1);
      const found = places.get(to);
      if (found ? hash !== '' && !found.has(decodeURIComponent(hash.slice(1))) : to.endsWith('.html'))
        dead.push(`${path}: ${link}`);
      else if (!found) await readFile(join(siteFolder, to)).catch(() => dead.push(`${path}: ${link}`));
    }
  expect(dead).toEqual([]);
});

test('the contents open on a phone, and the current page is marked', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto('push.html');
  const contents = page.getByRole('navigation', { name: 'Contents' });
  await expect(contents).toBeHidden();
  await page.getByRole('button', { name: 'Contents' }).click();
  await expect(contents.locator('[aria-current=page]')).toHaveText('Delivery: push only');
  await contents.getByRole('link', { name: 'Theming' }).click();
  await expect(page.locator('h1')).toHaveText('Theming');
});

test('what a page may not do is forbidden, and seen', async ({ page, faults }) => {
  await page.goto('theming.html');
  await page.evaluate(() => {
    const image = document.createElement('img');
    image.src = 'https://third.party.example/pixel.png';
    document.body.append(image);
    try {
      document.body.insertAdjacentHTML('beforeend', '<p>Planted</p>');
    } catch {
      // As it has to be.
    }
  });
  // Each comes by a way of its own: the console, the request, and what the page itself hears.
  const told = [/TrustedHTML/, /^Loading the image/, /^asked/, /^require-trusted-types-for/, /^img-src/];
  await expect.poll(() => told.filter((kind) => !faults.some((fault) => kind.test(fault)))).toEqual([]);
  expect(faults.splice(0)).toHaveLength(told.length);
});

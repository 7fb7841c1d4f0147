/** The examples of docs/embedding.md as they stand, under the policy that it names. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { atRoot, root } from '../../../scripts/root.ts';
import { complaintsOf } from '../../support/complaints.ts';
import { startPlainHost } from './host.ts';

const guide = await readFile(atRoot('docs/embedding.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code = '']) => code);

for (const [index, kind] of ['module', 'classic script'].entries())
  test(`the page with the ${kind}`, async ({ page }) => {
    const [html, script] = [blocks('html')[index], blocks('js')[index]];
    const [policy] = blocks('text');
    expect(html?.includes('integrity=') && script?.includes('getToken') && policy).toBeTruthy();
    const complaints = complaintsOf(page);
    const host = await startPlainHost({
      page: 'csp',
      policy,
      extra: (path) =>
        path === '/page.js'
          ? script
          : path === '/index.html'
            ? `<!doctype html><html lang="fr"><title>Bank</title>${html}</html>`
            : undefined,
    });
    try {
      await page.goto(host.url);
      const setup = page.locator('bank-feed-setup');
      await expect(setup.getByRole('radio', { name: /^Xero/ })).toBeVisible();
      await expect(setup.getByRole('heading', { name: 'Logiciel de comptabilité' })).toBeVisible();
      // Chromium asks for an icon that no policy of ours allows.
      expect(complaints.filter((text) => !text.startsWith('Loading the image'))).toEqual([]);
    } finally {
      await page.close();
      await host.stop();
    }
  });

test('the hash for a tag is printed', async () => {
  const [, script] = /^node -p "(.*)"$/m.exec(blocks('sh').join('')) ?? [];
  if (script === undefined) throw new Error('The guide has no command that prints a hash.');
  const { stdout } = await promisify(execFile)(process.execPath, ['-p', script], { cwd: root });
  expect(stdout).toMatch(/^sha384-[\w+/]{64}\n$/);
});

/** Files of the script tag that somebody changed on their way do not run. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { atRoot } from '../../../scripts/root.ts';
import { published, startPlainHost } from './host.ts';

const plant = "document.documentElement.dataset.planted = 'yes';\n";

test('integrity.json has the hash of every file, and no other', async () => {
  const { default: integrity } = await import('bank-feed-elements/integrity.json', { with: { type: 'json' } });
  const { createHash } = await import('node:crypto');
  const locales = ['ar', 'de', 'es', 'fr-ca', 'fr', 'nl', 'pt'].map((name) => `locales/${name}.js`);
  expect(Object.keys(integrity)).toEqual(['bank-feed-elements.classic.js', 'bank-feed-elements.js', ...locales]);
  for (const [file, hash] of Object.entries(integrity)) {
    const digest = createHash('sha384').update(await readFile(published(file)));
    expect(hash, file).toBe(`sha384-${digest.digest('base64')}`);
  }
});

for (const page of ['script-tag', 'classic'])
  test.describe(page, () => {
    test('a language that was changed is not run, and the host is told', async ({ page: tab }) => {
      const german = await readFile(published('locales/de.js'), 'utf8');
      const host = await startPlainHost({
        page,
        extra: (path) => (path === '/bank-feed/locales/de.js' ? plant + german : undefined),
      });
      try {
        await tab.addInitScript(() => {
          addEventListener('bank-feed-error', ({ code, field, message }) => {
            Object.assign(document.documentElement.dataset, { code, field, message });
          });
        });
        await tab.goto(host.url);
        await tab.evaluate(() => document.documentElement.setAttribute('lang', 'fr'));
        await expect(tab.getByRole('heading', { name: 'Logiciel de comptabilité' })).toBeVisible();
        await tab.evaluate(() => document.documentElement.setAttribute('lang', 'de'));
        await expect(tab.getByRole('heading', { name: 'Accounting software' })).toBeVisible();
        const told = await tab.evaluate(() => Object.fromEntries(Object.entries(document.documentElement.dataset)));
        expect(told).toMatchObject({ code: 'invalid_configuration', field: 'lang' });
        expect(told['message']).toContain('not the file of this version');
        expect(told).not.toHaveProperty('planted');
      } finally {
        await tab.close();
        await host.stop();
      }
    });

    test('neither is a script that was changed', async ({ page: tab }) => {
      const path = `/bank-feed/bank-feed-elements${page === 'classic' ? '.classic' : ''}.js`;
      const script = await readFile(published(path.slice('/bank-feed/'.length)), 'utf8');
      const host = await startPlainHost({ page, extra: (at) => (at === path ? plant + script : undefined) });
      try {
        const refused = tab.waitForEvent('console', (message) => message.text().includes('integrity'));
        await tab.goto(host.url);
        await refused;
        expect(await tab.evaluate(() => 'planted' in document.documentElement.dataset)).toBe(false);
        expect(await tab.evaluate(() => customElements.get('bank-feed-setup') === undefined)).toBe(true);
      } finally {
        await tab.close();
        await host.stop();
      }
    });
  });

for (const policy of ["script-src 'nonce-of-the-page'", "script-src 'nonce-of-the-page' 'strict-dynamic'"])
  test(`languages come under ${policy}`, async ({ page: tab }) => {
    const html = await readFile(atRoot('demo/hosts/script-tag/index.html'), 'utf8');
    const host = await startPlainHost({
      page: 'script-tag',
      policy,
      extra: (path) => (path === '/index.html' ? html.replaceAll('<script', '<script nonce="of-the-page"') : undefined),
    });
    try {
      await tab.goto(host.url);
      await tab.evaluate(() => document.documentElement.setAttribute('lang', 'fr'));
      await expect(tab.getByRole('heading', { name: 'Logiciel de comptabilité' })).toBeVisible();
    } finally {
      await tab.close();
      await host.stop();
    }
  });

for (const page of ['script-tag', 'classic'])
  test(`${page}: script and languages come from another origin`, async ({ page: tab }) => {
    const elsewhere = 'https://files.bank.example';
    const html = await readFile(atRoot(`demo/hosts/${page}/index.html`), 'utf8');
    const host = await startPlainHost({
      page,
      policy: `default-src 'none'; script-src 'self' ${elsewhere}; style-src 'self'; connect-src https://feeds.bank.example`,
      extra: (path) => (path === '/index.html' ? html.replace('="/bank-feed', `="${elsewhere}/bank-feed`) : undefined),
    });
    try {
      const asked: string[] = [];
      tab.on('request', (request) => asked.push(request.url()));
      await tab.goto(host.url);
      await tab.evaluate(() => document.documentElement.setAttribute('lang', 'fr'));
      await expect(tab.getByRole('heading', { name: 'Logiciel de comptabilité' })).toBeVisible();
      const { port } = new URL(host.url);
      expect(asked).toContain(`http://127.0.0.1:${port}/bank-feed/locales/fr.js`);
    } finally {
      await tab.close();
      await host.stop();
    }
  });

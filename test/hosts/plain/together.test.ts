/** The script tag beside what else a page may have: itself, its other kind, another copy of ours, another Lit. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { bundle } from '../../../scripts/bundle.ts';
import { complaintsOf } from '../../support/complaints.ts';
import { published, startPlainHost, type PlainHost } from './host.ts';

/** One file, as an app's bundler makes it. */
const bundled = async (app: string): Promise<string> => {
  const [chunk] = await bundle({
    build: {
      lib: { entry: join(import.meta.dirname, 'apps', app), formats: ['es'] },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  if (chunk === undefined) throw new Error(`${app} was not built.`);
  return chunk.code;
};

const module =
  '<script type="module" src="/bank-feed/bank-feed-elements.js" integrity="sha384-…" crossorigin></script>';
const again = '<script type="module" src="/bank-feed/bank-feed-elements.js?again"></script>';
const classic =
  '<script defer src="/bank-feed/bank-feed-elements.classic.js" integrity="sha384-…" crossorigin></script>';
const own = '<script type="module" src="/own-lit.js"></script>';
const npm = '<script type="module" src="/from-npm.js"></script>';
const older = '<script type="module" src="/bank-feed/older.js"></script>';

const pages: Readonly<Record<string, readonly string[]>> = {
  'the module twice': [module, module, again],
  'the classic script twice': [classic, classic],
  'module, then classic': [module, classic],
  'classic, then module': [classic, module],
  'another version before it': [older, module, classic],
  'another version behind it': [classic, module, older],
  'another Lit before it': [own, module],
  'another Lit behind it': [classic, own],
  'our npm package before it, with its Lit': [npm, module],
  'our npm package behind it, with its Lit': [module, classic, npm],
};

const html = (scripts: readonly string[]): string => `<!doctype html>
<html lang="fr"><head><title>Together</title>${scripts.join('\n')}<script type="module" src="/page.js"></script></head>
<body><bank-clock></bank-clock><bank-feed-setup endpoint="https://feeds.bank.example"></bank-feed-setup></body></html>`;

const strict = `default-src 'none'; script-src 'self'; style-src 'self'; connect-src https://feeds.bank.example;
  require-trusted-types-for 'script'; trusted-types bank-feed-elements lit-html`;

const names = Object.keys(pages);

test('a second version brings what the first did not have yet', async ({ page }) => {
  const built = await readFile(published('bank-feed-elements.js'), 'utf8');
  const before = built.replace(/[\w$]+\(`bank-feed-setup`,[\w$]+\)/, '0');
  expect(before).not.toBe(built);
  const files = new Map([
    ['/bank-feed/older.js', before],
    ['/index.html', html([older, module])],
  ]);
  const policy = `${strict} 'allow-duplicates'`;
  const host = await startPlainHost({ page: 'script-tag', policy, extra: (path) => files.get(path) });
  try {
    await page.goto(host.url);
    await expect(page.locator('bank-feed-setup').getByRole('radio', { name: /^Xero/ })).toBeVisible();
  } finally {
    await page.close();
    await host.stop();
  }
});

for (const policy of [undefined, strict])
  test.describe(policy ? 'under Trusted Types' : 'without a policy', () => {
    let host: PlainHost;

    test.beforeAll(async () => {
      const built = await readFile(published('bank-feed-elements.js'), 'utf8');
      const files = new Map([
        ['/own-lit.js', await bundled('own-lit.js')],
        ['/from-npm.js', await bundled('from-npm.js')],
        // Another release is another text, and has no business with the files of this one.
        ['/bank-feed/older.js', built.replaceAll('problem.support', 'problem.help')],
        ...names.map((name, index) => [`/${index}.html`, html(pages[name] ?? [])] as const),
      ]);
      host = await startPlainHost({ page: 'script-tag', policy, extra: (path) => files.get(path) });
    });

    test.afterAll(() => host.stop());

    for (const [index, name] of names.entries())
      test(name, async ({ page }) => {
        const complaints = complaintsOf(page);
        await page.goto(`${host.url}${index}.html`);
        const setup = page.locator('bank-feed-setup');
        await expect(setup.getByRole('radio', { name: /^Xero/ })).toBeVisible();
        await expect(setup.getByRole('heading', { name: 'Logiciel de comptabilité' })).toBeVisible();
        const scripts = pages[name] ?? [];
        if (scripts.includes(own) || scripts.includes(npm))
          await expect(page.getByText('The bank is open')).toBeVisible();
        // What is public acts on the elements that are shown, where the classic script came first.
        if (scripts[0] === classic) {
          await page.evaluate(() => {
            BankFeedElements.setLocaleLoader('it', () => Promise.resolve({ 'connect.title': 'Software contabile' }));
            document.documentElement.lang = 'it';
          });
          await expect(setup.getByRole('heading', { name: 'Software contabile' })).toBeVisible();
        }
        expect(complaints.filter((text) => !text.startsWith('Loading the image'))).toEqual([]);
      });
  });

/** The packed package in pages: each entry as an app's bundler takes it, and all of them together in Chromium. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Rolldown } from 'vite';
import { findChromium } from './browsers.ts';
import { bundle } from './bundle.ts';
import { contentType } from './content-types.ts';
import { judge } from './verdict.ts';

const nameOf = (entry: string): string => `bank-feed-elements${entry.slice(1)}`;

/** What becomes of a page's script in a home where the package is installed. */
const bundled = async (home: string, script: string): Promise<Rolldown.OutputChunk[]> => {
  const input = join(home, 'page.js');
  await writeFile(input, script);
  return bundle({ root: home, base: './', build: { modulePreload: false, rolldownOptions: { input } } });
};

/** A bundler leaves out what it takes for free of side effects: registering an element is one. */
export const judgeRegistering = async (home: string, entry: string, tag: string): Promise<void> => {
  const chunks = await bundled(home, `import '${nameOf(entry)}';\n`);
  const registers = new RegExp(`\\(["'\`]${tag}["'\`],`);
  judge(
    chunks.some(({ code }) => registers.test(code)),
    `bundled, ${nameOf(entry)} registers ${tag}`,
  );
};

/** Entries that are imported for what they export. */
export const judgeBundling = async (home: string, entry: string): Promise<void> => {
  const failed = await bundled(home, `import * as all from '${nameOf(entry)}';\nconsole.log(all);\n`).then(
    (chunks) => (chunks.length === 0 ? ['nothing came out'] : []),
    (error: unknown) => [String(error)],
  );
  judge(failed.length === 0, `bundled, ${nameOf(entry)}`, failed);
};

/** One page that imports every entry, from the files that came out of its bundler. */
export const judgePage = async (home: string, entries: readonly string[], tags: readonly string[]): Promise<void> => {
  const imports = entries.map((entry, index) => `import * as entry${index} from '${nameOf(entry)}';\n`);
  const all = entries.map((_, index) => `entry${index}`).join();
  const chunks = await bundled(home, `${imports.join('')}document.title = [${all}].map(Object.keys).length;\n`);
  const page = chunks.find(({ isEntry }) => isEntry);
  const files = new Map(chunks.map(({ fileName, code }) => [`/${fileName}`, code]));
  files.set('/page.html', `<!doctype html><html lang="fr"><script type="module" src="/${page?.fileName}"></script>`);

  const { executablePath, args } = await findChromium();
  const browser = await chromium.launch({ executablePath, args: [...args] });
  const faults: string[] = [];
  try {
    const tab = await browser.newPage();
    tab.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    tab.on('pageerror', (error) => faults.push(error.message));
    await tab.route('**/*', (route) => {
      const { pathname } = new URL(route.request().url());
      const body = files.get(pathname);
      return body === undefined
        ? route.fulfill({ status: pathname === '/favicon.ico' ? 204 : 404 })
        : route.fulfill({ body, contentType: contentType(pathname) ?? '' });
    });
    await tab.goto('http://localhost/page.html');
    const missing = await tab.evaluate((names) => names.filter((tag) => !customElements.get(tag)), [...tags]);
    faults.push(...missing.map((tag) => `${tag} is not registered`));
    if ((await tab.title()) !== String(entries.length)) faults.push('The script did not come to its end.');
  } finally {
    await browser.close();
  }
  judge(faults.length === 0, `one page in Chromium with all ${entries.length} entries for browsers`, faults);
};

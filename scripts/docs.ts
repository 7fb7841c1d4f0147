/**
 * `npm run docs`: the guides and a live page for each element, as static files in build/site/. With `-- --serve` they are
 * served as well, at `--port` (4173 where it is left out).
 */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { buildAll } from './build.ts';
import { atRoot, root } from './root.ts';
import { files, sitePages } from './site/pages.ts';
import { serveSite, siteFolder } from './site/serve.ts';

/** The scripts of the site, with the package as an app has it: by its name, from what is published. */
const scripts = (): Promise<unknown> =>
  build({
    root,
    configFile: false,
    logLevel: 'warn',
    // Wherever the site is put, its parts find each other.
    base: './',
    publicDir: false,
    build: {
      outDir: join(siteFolder, 'assets'),
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: false,
      assetsDir: '.',
      rolldownOptions: {
        input: { playground: atRoot('demo/site/playground.ts') },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });

export const buildSite = async (): Promise<string> => {
  await buildAll();
  const pages = await sitePages();
  await rm(siteFolder, { recursive: true, force: true });
  for (const [path, html] of pages) {
    await mkdir(dirname(join(siteFolder, path)), { recursive: true });
    await writeFile(join(siteFolder, path), html);
  }
  for (const [from, to] of files) await cp(atRoot(from), join(siteFolder, to));
  await cp(atRoot('demo/page/icon.svg'), join(siteFolder, 'icon.svg'));
  await scripts();
  await cp(atRoot('demo/site/site.css'), join(siteFolder, 'assets/site.css'));
  console.log(`${pages.size} pages in ${siteFolder}`);
  return siteFolder;
};

if (import.meta.main) {
  const { values } = parseArgs({
    options: { serve: { type: 'boolean' }, port: { type: 'string', default: '4173' } },
  });
  await buildSite();
  if (values.serve) console.log((await serveSite(Number(values.port))).url);
}

/**
 * `npm run docs`: the guides and a live page for each element, as static files in build/site/. With `-- --serve` they are
 * served as well, at `--port` (4173 where it is left out).
 */
import { createReadStream, existsSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { buildAll } from './build.ts';
import { atRoot, root } from './root.ts';
import { files, sitePages } from './site/pages.ts';

export const siteFolder = atRoot('build/site');

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

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

export const serveSite = (port: number): Promise<Server> => {
  const server = createServer((request, response) => {
    // From the root, so that no `..` leads out of it.
    const path = normalize(`/${request.url?.split('?')[0]}`);
    const file = join(siteFolder, path.endsWith('/') ? `${path}index.html` : path);
    const type = types[extname(file)];
    if (type === undefined || !existsSync(file)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.');
      return;
    }
    response.writeHead(200, { 'content-type': type, 'x-content-type-options': 'nosniff' });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
};

if (import.meta.main) {
  const { values } = parseArgs({
    options: { serve: { type: 'boolean' }, port: { type: 'string', default: '4173' } },
  });
  await buildSite();
  if (values.serve) {
    await serveSite(Number(values.port));
    console.log(`http://127.0.0.1:${values.port}/`);
  }
}

/** The pages that are held against one another: what each loads, built alike, and compressed as a server would. */
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, rename, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'vite';
import { atRoot } from '../../../scripts/root.ts';

const here = import.meta.dirname;
const run = promisify(execFile);

export interface Contender {
  readonly name: string;
  /** Of the whole page, without its frame. */
  readonly html: string;
  /** Compressed, by path. */
  readonly files: ReadonlyMap<string, Buffer>;
}

export const compressed = (content: string | Uint8Array): Buffer =>
  brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });

/** The peers' packages, apart from ours, kept for the next run; another lock file is another folder. */
const installPeers = async (): Promise<string> => {
  const lock = await readFile(join(here, 'peers/package-lock.json'));
  const version = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const folder = atRoot(`node_modules/.cache/bank-feed-elements/load-peers-${version}`);
  if (!existsSync(folder)) {
    console.log('Installing the peers, apart from everything else.');
    // Made beside its place and moved there whole: a run that was interrupted leaves nothing half installed.
    const fresh = `${folder}.${process.pid}`;
    try {
      await cp(join(here, 'peers'), fresh, { recursive: true });
      await run('npm', ['ci', '--ignore-scripts', '--omit=peer', '--no-audit', '--no-fund'], { cwd: fresh });
      await rename(fresh, folder);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }
  await cp(join(here, 'peers'), folder, { recursive: true });
  return folder;
};

/** A bundle for production, under names without hashes. */
const bundle = async (name: string, folder: string): Promise<[path: string, content: string | Uint8Array][]> => {
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      cssCodeSplit: false,
      modulePreload: false,
      rolldownOptions: {
        input: { [name]: join(folder, `${name}.js`) },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', assetFileNames: '[name][extname]' },
      },
    },
  });
  const outputs = Array.isArray(built) ? built : 'output' in built ? [built] : [];
  return outputs.flatMap(({ output }) =>
    output.map((file): [string, string | Uint8Array] => [
      `/${file.fileName}`,
      file.type === 'chunk' ? file.code : file.source,
    ]),
  );
};

const contender = async (
  name: string,
  page: string,
  files: readonly (readonly [path: string, content: string | Uint8Array])[],
): Promise<Contender> => {
  const tags = files.map(([path]) =>
    extname(path) === '.css'
      ? `<link rel="stylesheet" href="${path}">`
      : `<script type="module" src="${path}"></script>`,
  );
  return {
    name,
    html: `${tags.join('\n')}\n${await readFile(join(here, `pages/${page}.html`), 'utf8')}`,
    files: new Map(files.map(([path, content]) => [path, compressed(content)])),
  };
};

/** Ours is the file as it was built; the others are bundled here. */
export const contenders = async (): Promise<Readonly<Record<'ours' | 'lit' | 'shoelace' | 'widget', Contender>>> => {
  const peers = await installPeers();
  const script = await readFile(atRoot('dist/script/bank-feed-elements.js'));
  return {
    ours: await contender('our script-tag file', 'ours', [['/bank-feed-elements.js', script]]),
    lit: await contender('Lit alone', 'lit', await bundle('lit', join(here, 'pages'))),
    shoelace: await contender('Shoelace, six primitives', 'shoelace', await bundle('shoelace', peers)),
    widget: await contender('MX connect widget with React', 'widget', await bundle('widget', peers)),
  };
};

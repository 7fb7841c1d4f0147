/** What is special about the script-tag files: their language files, each held to its hash, notices and integrity. */
import { createHash } from 'node:crypto';
import { glob, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as z from 'zod';
import { atRoot } from './root.ts';
import type { Plugin } from 'vite';

const folder = 'dist/script';

/** As long as a hash, so that the lines of the source map stay right when that takes its place. */
const placeholder = (language: string): string => `sha384-${`hash/of/${language}/`.padEnd(64, '+')}`;

export const languageNames = async (): Promise<string[]> =>
  (await readdir(atRoot('src/locales'))).map((file) => basename(file, '.ts')).filter((name) => name !== 'en');

/**
 * In the script-tag files languages come from `locales/` beside them. `script` is the code of the file's own address:
 * a module and a classic script know it in different ways.
 */
export const languageFiles = (script: string): Plugin => ({
  name: 'language-files',
  load: {
    filter: { id: /src[\\/]elements[\\/]internal[\\/]languages\.ts$/ },
    async handler() {
      const list = (await languageNames()).map(
        (name) => `['${name}', languageFile(script, '${name}', '${placeholder(name)}')]`,
      );
      return `import { languageFile } from '../script-tag/language-file.ts';
const script = ${script};
export const languages = [${list.join(', ')}];`;
    },
  },
});

/**
 * Lit names its Trusted Types policy `lit-html`, and a page may create a name only once. A file that carries
 * its own Lit carries its own name, so that it lives beside the page's.
 */
export const ownPolicy: Plugin = {
  name: 'own-trusted-types-policy',
  transform: {
    filter: { id: /lit-html[\\/].*lit-html\.js$/ },
    handler(code, id) {
      const own = code.replace(
        /\w+\.createPolicy\((["'`])lit-html\1,\s*\{\s*createHTML:\s*\(?(\w+)\)?\s*=>\s*\2,?\s*\}\)/,
        '{createHTML:(template)=>ownPolicy().createHTML(template)}',
      );
      if (own === code)
        throw new Error(`${id} creates no policy named lit-html any more: see ${import.meta.filename}.`);
      const from = atRoot('src/elements/script-tag/policy.ts');
      return { code: `import { policy as ownPolicy } from ${JSON.stringify(from)};${own}`, map: null };
    },
  },
};

/** The licences of what the script-tag files carry, as they ask for: of each package that their source maps name. */
const writeNotices = async (): Promise<void> => {
  const names = new Set(['lit']);
  for await (const map of glob('*.js.map', { cwd: atRoot(folder) })) {
    const { sources } = z
      .object({ sources: z.array(z.string()) })
      .parse(JSON.parse(await readFile(atRoot(`${folder}/${map}`), 'utf8')));
    for (const source of sources) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
      if (name !== undefined) names.add(name);
    }
  }
  const texts = await Promise.all(
    [...names].map(async (name) => `${name}\n\n${await readFile(atRoot(`node_modules/${name}/LICENSE`), 'utf8')}`),
  );
  await writeFile(atRoot(`${folder}/NOTICES.txt`), texts.join(`\n${'-'.repeat(72)}\n\n`));
};

const integrityOf = async (file: string): Promise<string> =>
  `sha384-${createHash('sha384')
    .update(await readFile(atRoot(`${folder}/${file}`)))
    .digest('base64')}`;

/** Puts the hashes of the languages into the scripts, then writes down those of all files. */
export const finishScriptTag = async (): Promise<Readonly<Record<string, string>>> => {
  await writeNotices();
  const names = await languageNames();
  const hashes = new Map<string, string>();
  for (const name of names) hashes.set(name, await integrityOf(`locales/${name}.js`));
  const scripts: string[] = [];
  for await (const file of glob('*.js', { cwd: atRoot(folder) })) {
    scripts.push(file);
    let code = await readFile(atRoot(`${folder}/${file}`), 'utf8');
    for (const [name, hash] of hashes) {
      if (!code.includes(placeholder(name))) throw new Error(`${file} has no place for the hash of ${name}.`);
      code = code.replace(placeholder(name), hash);
    }
    await writeFile(atRoot(`${folder}/${file}`), code);
  }
  const integrity: Record<string, string> = {};
  for (const file of scripts.toSorted()) integrity[file] = await integrityOf(file);
  for (const [name, hash] of hashes) integrity[`locales/${name}.js`] = hash;
  await writeFile(atRoot(`${folder}/integrity.json`), `${JSON.stringify(integrity, null, 2)}\n`);
  return integrity;
};

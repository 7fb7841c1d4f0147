/** What is special in the script-tag files: where their languages come from, and their own Trusted Types policy. */
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Plugin } from 'vite';
import { atRoot } from './root.ts';

/** Of a language's hash: as long as one, so that the lines of the source map stay right when that takes its place. */
export const placeholder = (language: string): string => `sha384-${`hash/of/${language}/`.padEnd(64, '+')}`;

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

/**
 * What a stranger's browser has to load, in brotli kilobytes (1,000 bytes), against a budget. Budgets stand just above what
 * is reached: whoever adds something sees what it costs, and raises them knowingly.
 */
import { readFile } from 'node:fs/promises';
import { brotliCompressSync, constants } from 'node:zlib';
import { bundle } from './bundle.ts';
import { atRoot, root } from './root.ts';
import { languageNames } from './script-tag.ts';
import { judge } from './verdict.ts';

interface Measured {
  readonly what: string;
  readonly code: string | Buffer;
  readonly budget: number;
}

const compressed = (code: string | Buffer): number =>
  brotliCompressSync(code, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

/** What a page comes to load of an npm entry, as the page's own bundler makes it, without what is loaded on demand. */
const loadedOf = async (entry: string, external: (string | RegExp)[]): Promise<string> => {
  const chunks = await bundle({
    root,
    build: {
      minify: true,
      lib: { entry: atRoot(`dist/browser/${entry}.js`), formats: ['es'] },
      rolldownOptions: { external, output: { minify: true, comments: { annotation: false } }, onLog: () => undefined },
    },
  });
  const loaded = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of loaded)
    for (const next of chunks.find(({ fileName }) => fileName === name)?.imports ?? [])
      if (chunks.some(({ fileName }) => fileName === next)) loaded.add(next);
  return chunks
    .filter(({ fileName }) => loaded.has(fileName))
    .map(({ code }) => code)
    .join('\n');
};

const measured: Measured[] = [];
for (const [file, budget] of [
  ['bank-feed-elements.js', 56.6],
  ['bank-feed-elements.classic.js', 56.7],
] as const)
  measured.push({
    what: `${file}: provider, five elements, English and Lit`,
    code: await readFile(atRoot(`dist/script/${file}`)),
    budget,
  });
for (const [element, budget] of [
  ['connect', 32.9],
  ['accounts', 32.8],
  ['mapping', 38.5],
  ['status', 34.4],
  ['setup', 56.3],
] as const)
  measured.push({ what: `${element} alone, English and Lit included`, code: await loadedOf(element, []), budget });
for (const language of (await languageNames()).toSorted())
  measured.push({
    what: `language ${language}`,
    code: await readFile(atRoot(`dist/script/locales/${language}.js`)),
    budget: { ar: 5.7, 'fr-ca': 1 }[language] ?? 5.3,
  });
for (const framework of ['react', 'vue'])
  measured.push({
    what: `what is for ${framework}, without it and our elements`,
    // Entries beside it are our elements.
    code: await loadedOf(framework, [framework, /^\.\/\w+\.js$/]),
    budget: 1,
  });

for (const { what, code, budget } of measured) {
  const bytes = compressed(code);
  const size = `${bytes.toLocaleString('en').padStart(7)} of ${(budget * 1000).toLocaleString('en').padStart(6)} bytes`;
  judge(bytes <= budget * 1000, `${size} brotli: ${what}`);
}

/**
 * What a stranger's browser has to load, in brotli kilobytes (1,000 bytes), against a budget. Budgets stand just above what
 * is reached: whoever adds something sees what it costs, and raises them knowingly.
 */
import { globSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, type InlineConfig } from 'vite';
import { atRoot, root } from './root.ts';

interface Measured {
  readonly what: string;
  readonly code: string | Buffer;
  readonly budget: number;
}

const compressed = (code: string | Buffer): number =>
  brotliCompressSync(code, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

/** What a page comes to load of an npm entry, as the page's own bundler makes it, without what is loaded on demand. */
const bundled = async (entry: string, external: (string | RegExp)[]): Promise<string> => {
  const config: InlineConfig = {
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      lib: { entry: atRoot(`dist/browser/${entry}.js`), formats: ['es'] },
      rolldownOptions: { external, output: { minify: true, comments: { annotation: false } }, onLog: () => undefined },
    },
  };
  const [answer] = [await build(config)].flat();
  if (!answer || !('output' in answer)) throw new Error(`${entry} was not bundled.`);
  const chunks = answer.output.filter((file) => file.type === 'chunk');
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
  ['bank-feed-elements.js', 56.2],
  ['bank-feed-elements.classic.js', 56.4],
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
  measured.push({ what: `${element} alone, English and Lit included`, code: await bundled(element, []), budget });
for (const file of globSync('dist/script/locales/*.js', { cwd: root }).toSorted())
  measured.push({
    what: `language ${basename(file, '.js')}`,
    code: await readFile(atRoot(file)),
    budget: { ar: 5.7, 'fr-ca': 1 }[basename(file, '.js')] ?? 5.3,
  });
for (const framework of ['react', 'vue'])
  measured.push({
    what: `what is for ${framework}, without it and our elements`,
    // Entries beside it are our elements.
    code: await bundled(framework, [framework, /^\.\/\w+\.js$/]),
    budget: 1,
  });

let failed = false;
for (const { what, code, budget } of measured) {
  const bytes = compressed(code);
  const over = bytes > budget * 1000;
  failed ||= over;
  const size = `${bytes.toLocaleString('en').padStart(7)} of ${(budget * 1000).toLocaleString('en').padStart(6)} bytes`;
  console.log(`${over ? '✗' : '✓'} ${size} brotli: ${what}`);
}

// Nobody pays for a language but those who read it.
const built = await readdir(atRoot('dist/script/locales')).catch((): string[] => []);
for (const file of await readdir(atRoot('src/locales'))) {
  const language = basename(file, '.ts');
  if (language === 'en' || built.includes(`${language}.js`)) continue;
  failed = true;
  console.log(`✗ ${language} has no file of its own beside the script-tag file`);
}
process.exitCode = failed ? 1 : 0;

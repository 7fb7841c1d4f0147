/** What a stranger's browser has to load, in brotli kilobytes (1,000 bytes), against a budget. */
import { glob, readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { atRoot, root } from './root.ts';

const budgets = [
  { what: 'script-tag file, everything and English', files: 'dist/script/bank-feed-elements.js', kilobytes: 64 },
  { what: 'each further language', files: 'dist/script/locales/*.js', kilobytes: 7.8 },
] as const;

let failed = false;
for (const { what, files, kilobytes } of budgets)
  for await (const file of glob(files, { cwd: root })) {
    const compressed = brotliCompressSync(await readFile(atRoot(file)), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
    });
    const size = compressed.length / 1000;
    failed ||= size > kilobytes;
    console.log(`${size > kilobytes ? '✗' : '✓'} ${file}: ${size.toFixed(1)} of ${kilobytes} KB brotli (${what})`);
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

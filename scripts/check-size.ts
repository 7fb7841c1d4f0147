/** What a stranger's browser has to load, in brotli kilobytes (1,000 bytes), against a budget. */
import { glob, readFile } from 'node:fs/promises';
import { brotliCompressSync, constants } from 'node:zlib';
import { atRoot, root } from './root.ts';

const budgets = [
  { what: 'script-tag file, everything and English', files: 'dist/script/bank-feed-elements.js', kilobytes: 41 },
  { what: 'each further language', files: 'dist/script/locales/*.js', kilobytes: 3.5 },
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
process.exitCode = failed ? 1 : 0;

/**
 * Line coverage, room by room: the browser rooms as the browser tests measured them, the others by the node
 * tests. A file that no test loaded counts as not covered at all.
 */
import { glob, readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { relative } from 'node:path';
import { atRoot, root } from './root.ts';
import { judge } from './verdict.ts';

const least = 85;
const rooms = {
  'coverage/browser/lcov.info': ['client', 'elements', 'frameworks', 'locales'],
  'coverage/node/lcov.info': ['contract', 'flow', 'codat', 'store', 'outbox', 'proxy', 'commands', 'sandbox'],
} as const;

interface Lines {
  covered: number;
  all: number;
}

const readLcov = async (report: string): Promise<Map<string, Lines>> => {
  const files = new Map<string, Lines>();
  const text = await readFile(atRoot(report), 'utf8').catch(() => {
    throw new Error(`${report} is missing: run \`npm run test:node\` and \`npm run test:browser\` first.`);
  });
  for (const record of text.split('end_of_record')) {
    const name = /^SF:(.+)$/m.exec(record)?.[1];
    if (name === undefined) continue;
    const hits = [...record.matchAll(/^DA:\d+,(\d+)/gm)].map(([, count]) => Number(count));
    files.set(relative(root, atRoot(name)), { covered: hits.filter((count) => count > 0).length, all: hits.length });
  }
  return files;
};

/** Files that hold types only leave nothing at run time, so nothing can load them. */
const hasCode = (source: string): boolean => {
  if (/^\s*@(customElement|property|state|query)\b/m.test(source)) return true;
  const left = stripTypeScriptTypes(source, { mode: 'strip' }).replace(
    /\/\*[\s\S]*?\*\/|\/\/.*$|export \{\s*\};?/gm,
    '',
  );
  return left.trim() !== '';
};

for (const [report, names] of Object.entries(rooms)) {
  const measured = await readLcov(report);
  for (const room of names) {
    const total: Lines = { covered: 0, all: 0 };
    const unloaded: string[] = [];
    for await (const file of glob(`src/${room}/**/*.ts`, { cwd: root })) {
      const lines = measured.get(file);
      total.covered += lines?.covered ?? 0;
      total.all += lines?.all ?? 0;
      if (lines) continue;
      const source = await readFile(atRoot(file), 'utf8');
      if (!hasCode(source)) continue;
      total.all += source.split('\n').length;
      unloaded.push(file);
    }
    const percent = total.all === 0 ? 0 : (100 * total.covered) / total.all;
    const never = unloaded.length > 0 ? `; never loaded: ${unloaded.join(', ')}` : '';
    judge(percent >= least, `src/${room.padEnd(9)} ${percent.toFixed(1).padStart(5)} % of ${total.all} lines${never}`, [
      `A room is covered where ${least} % of its lines are.`,
    ]);
  }
}

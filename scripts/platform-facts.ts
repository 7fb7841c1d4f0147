/**
 * The table of docs/checklists.md, made of the table of platforms that the widget and the proxy go by. Run by itself it
 * writes it there; a test holds the two together.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { platformKeys, platforms, type Platform } from '../src/contract/platforms.ts';
import { atRoot } from './root.ts';

const countries = new Intl.DisplayNames('en', { type: 'region' });

const words = {
  connect: {
    redirect: "on the software's page",
    credentials: 'inside it, with user name and password',
    'one-time-password': 'inside it, with a one-time password',
  },
  mapping: { api: 'in the widget', software: 'inside the software' },
  collects: { 'at-once': 'at once', daily: 'once a day', 'own-time': 'in its own time' },
  startDate: { enforced: 'enforced', hint: 'hint', software: 'set by the software' },
} as const;

const notStated = 'no limit stated';
const duration = (minutes: number): string => (minutes < 1440 ? `${minutes} minutes` : `${minutes / 1440} day`);

const facts: readonly (readonly [name: string, of: (platform: Platform) => string])[] = [
  ["Codat's key", ({ codatKey }) => `\`${codatKey}\``],
  ['offered in', ({ regions }) => regions?.map((region) => countries.of(region) ?? region).join(', ') ?? notStated],
  ['the customer connects', ({ connect }) => words.connect[connect]],
  ['a link works for', ({ linkMinutes }) => duration(linkMinutes)],
  ['where transactions go is said', ({ mapping }) => words.mapping[mapping]],
  ['history', ({ history }) => (history ? `${history.days} days, older is ${history.rule}` : notStated)],
  ['order', ({ order }) => order],
  ['running balance', ({ balance }) => balance],
  ['start date', ({ startDate }) => words.startDate[startDate]],
  ['reaches the books', ({ collects }) => words.collects[collects]],
];

/** A row for each fact, a column for each software. */
export const platformHeads = (): string[] => ['', ...platformKeys.map((key) => platforms[key].name)];
export const platformFacts = (): string[][] =>
  facts.map(([name, of]) => [name, ...platformKeys.map((key) => of(platforms[key]))]);

if (import.meta.main) {
  const path = atRoot('docs/checklists.md');
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const heads = platformHeads();
  const table = [heads, heads.map(() => '---'), ...platformFacts()].map(line).join('\n');
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    text.replace(/(?<=\n## Facts\n\n)\|[^]*?(?=\n\n)/, () => table),
  );
}

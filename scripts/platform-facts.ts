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

const duration = (minutes: number): string => (minutes < 1440 ? `${minutes} minutes` : `${minutes / 1440} day`);

const cells = (platform: Platform): string[] => [
  platform.name,
  `\`${platform.codatKey}\``,
  platform.regions?.map((region) => countries.of(region) ?? region).join(', ') ?? 'no limit stated',
  words.connect[platform.connect],
  duration(platform.linkMinutes),
  words.mapping[platform.mapping],
  platform.history ? `${platform.history.days} days, older is ${platform.history.rule}` : 'no limit stated',
  platform.order,
  platform.balance,
  words.startDate[platform.startDate],
  words.collects[platform.collects],
];

const heads = [
  'software',
  "Codat's key",
  'offered in',
  'connects',
  'a link works for',
  'where transactions go is said',
  'history',
  'order',
  'running balance',
  'start date',
  'reaches the books',
];

/** Without the heads. */
export const platformFacts = (): string[][] => platformKeys.map((key) => cells(platforms[key]));

if (import.meta.main) {
  const path = atRoot('docs/checklists.md');
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const table = [heads, heads.map(() => '---'), ...platformFacts()].map(line).join('\n');
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    text.replace(/(?<=\n## Facts\n\n)\|[^]*?(?=\n\n)/, () => table),
  );
}

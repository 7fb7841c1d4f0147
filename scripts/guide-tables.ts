/** What the guides say in their tables. */
import { readFile } from 'node:fs/promises';
import { atRoot } from './root.ts';

export const readText = (path: string): Promise<string> => readFile(atRoot(path), 'utf8');

/** The cells of the table below a heading, without its head. */
export const tableBelow = (page: string, heading: string): string[][] => {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const rows = section.split('\n## ')[0]?.match(/^\|.*$/gm) ?? [];
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

export const codesIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

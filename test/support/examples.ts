/** The examples of docs/mounting.md: a block of code whose first line names its file. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const page = join(import.meta.dirname, '../../docs/mounting.md');

/** Writes these files as they stand on the page, changed by `edit`. @throws where the page has no such file */
export const writeExamples = async (
  folder: string,
  names: readonly string[],
  edit: (text: string) => string,
): Promise<void> => {
  const text = await readFile(page, 'utf8');
  for (const name of names) {
    const begin = text.indexOf(`\n// ${name}\n`);
    if (begin === -1) throw new Error(`docs/mounting.md has no ${name}`);
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, edit(text.slice(begin + 1, text.indexOf('\n```', begin) + 1)));
  }
};

/** The proxy of an example is given what a test needs beside: `more`, from the module that stands for the host. */
export const withMore = (text: string): string =>
  text.replace('import { accountsOf,', 'import { more, accountsOf,').replace(/(?=sourceAccounts:)/, '...more, ');

import type { Text, Texts } from '../../locales/en.ts';

/**
 * Languages as built files have them, written by `scripts/text-lines.ts`: the keys once, each with the number of names
 * that it shares with the one before; and texts alone, one a line in the order of the keys.
 */
export const readKeys = (coded: string): string[] => {
  let names: string[] = [];
  return coded.split(' ').map((key) => {
    names = [...names.slice(0, Number(key[0])), ...key.slice(1).split('.')];
    return names.join('.');
  });
};

/** The first line names the plural forms; a text that has several is cut by tabs. An empty line says nothing. */
export const readLines = (keys: readonly string[], lines: string): Partial<Texts> => {
  const [names = '', ...texts] = lines.split('\n');
  const forms = names.split('\t');
  const read: Record<string, Text> = {};
  keys.forEach((key, line) => {
    const [other = '', ...more] = (texts[line] ?? '').split('\t');
    if (more.length > 0) read[key] = { other, ...Object.fromEntries(more.map((text, form) => [forms[form], text])) };
    else if (other) read[key] = other;
  });
  return read;
};

import type { Text, Texts } from '../../locales/en.ts';

/**
 * Languages as built files have them, written by `scripts/text-lines.ts`: the keys once, each with the number of names
 * that it shares with the one before; and texts alone, one a line in the order of the keys.
 */
export const readKeys = (coded: string): string[] => {
  let before = '';
  return coded.split(' ').map((key) => (before = [...before.split('.', Number(key[0])), key.slice(1)].join('.')));
};

const severalForms = (forms: readonly string[], [other = '', ...more]: readonly string[]): Text => ({
  other,
  ...Object.fromEntries(more.map((text, form) => [forms[form], text])),
});

/** The first line names the plural forms; a text that has several is cut by tabs. An empty line says nothing. */
export const readLines = (keys: readonly string[], lines: string): Partial<Texts> => {
  const texts = lines.split('\n');
  const forms = texts[0]?.split('\t') ?? [];
  const read: Record<string, Text> = {};
  keys.forEach((key, index) => {
    const text = texts[index + 1];
    if (text) read[key] = text.includes('\t') ? severalForms(forms, text.split('\t')) : text;
  });
  return read;
};

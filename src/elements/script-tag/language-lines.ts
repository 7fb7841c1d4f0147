import { en, type Text, type TextKey, type Texts } from '../../locales/en.ts';

/**
 * A language as its file beside the script has it: one text a line, in the order of the English ones. The first line
 * names the plural forms; a text that has several is cut by tabs. An empty line is left to the language behind.
 * `scripts/language-lines.ts` writes it.
 */
export const readLines = (lines: string): Partial<Texts> => {
  const [names = '', ...texts] = lines.split('\n');
  const forms = names.split('\t');
  const read: Partial<Record<TextKey, Text>> = {};
  let line = 0;
  let key: TextKey;
  for (key in en) {
    const [other = '', ...more] = (texts[line++] ?? '').split('\t');
    if (more.length > 0) read[key] = { other, ...Object.fromEntries(more.map((text, form) => [forms[form], text])) };
    else if (other) read[key] = other;
  }
  return read;
};

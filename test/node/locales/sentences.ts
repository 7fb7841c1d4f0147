import type { Text, Texts } from '../../../src/locales/en.ts';

/** Every sentence of a language with its key, each plural form by itself. That all are there is for `npm run check:text`. */
export const sentences = (texts: Partial<Texts>): [key: string, sentence: string][] =>
  Object.entries<Text>(texts).flatMap(([key, text]) =>
    (typeof text === 'string' ? [text] : Object.values(text)).map((form): [string, string] => [key, form]),
  );

import type { Text } from '../../src/locales/en.ts';

type Texts = Readonly<Record<string, Text | undefined>>;

export interface Language {
  /** BCP 47. */
  readonly tag: string;
  readonly texts: Texts;
  /** The language of a region says only what differs from this one. */
  readonly behind?: Texts | undefined;
  /** Keys whose text is the same word in English. */
  readonly same?: readonly string[] | undefined;
}

const forms = (text: Text): Readonly<Record<string, string>> => (typeof text === 'string' ? { other: text } : text);
const placesOf = (sentence: string): string[] =>
  [...new Set([...sentence.matchAll(/\{(\w+)\}/g)].map(([place]) => place))].toSorted();
/** In brackets, or as the whole that a part is of, a number has no word to agree with. */
const countsWord = (sentence: string): boolean => /(?<!of )\{count\} \p{L}/u.test(sentence);
const lists = (one: readonly string[], other: readonly string[]): boolean => one.join() === other.join();

/** The plural forms that a language has for what can be counted here. */
const pluralForms = (tag: string): string[] => {
  const rules = new Intl.PluralRules(tag);
  return [...new Set(Array.from({ length: 1_000 }, (_, count) => rules.select(count)))];
};
/** Forms that stand for one number alone, which the sentence may say in words or leave unsaid. */
const exact = new Set(['zero', 'one', 'two']);

function* faultsOf(key: string, text: Text, english: Text, tag: string, same: boolean): Generator<string> {
  const needed = pluralForms(tag);
  const places = placesOf(forms(english)['other'] ?? '');
  if (typeof text === 'string') {
    const counts = typeof english !== 'string' || (countsWord(english) && needed.length > 2);
    if (counts && needed.length > 1) yield `${key} counts: it needs the plural forms ${needed.join(', ')}`;
  } else {
    if (!places.includes('{count}')) yield `${key} has plural forms and counts nothing`;
    for (const form of needed)
      if (text[form as Intl.LDMLPluralRule] === undefined) yield `${key} has no form "${form}"`;
  }
  for (const [form, sentence] of Object.entries(forms(text))) {
    const where = typeof text === 'string' ? key : `${key} ("${form}")`;
    const found = placesOf(sentence);
    const mayDrop =
      exact.has(form) &&
      lists(
        found,
        places.filter((place) => place !== '{count}'),
      );
    if (!lists(found, places) && !mayDrop) {
      yield `${where} has the places ${found.join(' ') || '(none)'} instead of ${places.join(' ') || '(none)'}`;
    }
    if (sentence.trim() === '' || sentence !== sentence.trim())
      yield `${where} is empty, or begins or ends with a space`;
  }
  const isEnglish = Object.values(forms(text)).some((sentence) => Object.values(forms(english)).includes(sentence));
  const hasWords = /\p{L}/u.test((forms(english)['other'] ?? '').replace(/\{\w+\}/g, ''));
  if (tag !== 'en' && isEnglish && hasWords && !same) yield `${key} is still English`;
  if (same && !isEnglish) yield `${key} is listed as the same word as in English, and is not`;
}

/** What is missing, left over or not right in a language, against English. */
export function languageFaults(english: Texts, { tag, texts, behind, same = [] }: Language): string[] {
  const faults: string[] = [];
  for (const [key, theirs] of Object.entries(english)) {
    const text = texts[key];
    if (theirs === undefined || (text === undefined && behind !== undefined)) continue;
    if (text === undefined) faults.push(`${key} is missing`);
    else if (behind !== undefined && JSON.stringify(behind[key]) === JSON.stringify(text)) {
      faults.push(`${key} says what the language behind it says`);
    } else faults.push(...faultsOf(key, text, theirs, tag, same.includes(key)));
  }
  for (const key of Object.keys(texts)) if (english[key] === undefined) faults.push(`${key} is unknown`);
  for (const key of same) if (english[key] === undefined) faults.push(`${key} is listed as the same word, and unknown`);
  return faults.map((fault) => `${tag}: ${fault}`);
}

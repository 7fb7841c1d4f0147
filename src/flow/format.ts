import type { Money } from '../contract/schemas.ts';

const decimalForm = /^-?\d+(\.(\d+))?$/;
const isDecimal = (text: string): text is `${number}` => decimalForm.test(text);

/** Intl in one language, all cached: an element formats hundreds of values in one go. */
export interface Format {
  readonly locale: string;
  /**
   * A decimal string with its currency, exactly: never through a double, never rounded. Where currencies differ, the
   * symbol is the one by which this language tells them apart (CA$). To be shown from left to right in all languages.
   */
  money(value: Money, currenciesDiffer?: boolean): string;
  number(value: number): string;
  /** A calendar day (YYYY-MM-DD), the same in every zone. */
  date(value: string): string;
  /** A calendar day without its year. */
  shortDate(value: string): string;
  /** An instant in the reader's zone, to the minute. */
  instant(value: string): string;
  /** The time of day of an instant in the reader's zone. */
  time(value: string): string;
  /** The day of an instant in the reader's zone. */
  day(value: string): string;
  /** "5 minutes ago", of what has happened; the biggest unit that fits. */
  relative(value: string, now: Date): string;
  plural(value: number): Intl.LDMLPluralRule;
  /** Several short facts in a row. */
  facts(items: readonly string[]): string;
  /** Names of countries (ISO 3166), as a list. */
  regions(codes: readonly string[]): string;
}

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** Arabic and Hebrew amounts bring some, which tear them apart where the text around them brings its own. */
const directionMarks = /[\u061C\u200E\u200F]/g;

/** The digits after the point as they came, at least what the currency shows by itself. */
const digitsOf = (amount: string): number => decimalForm.exec(amount)?.[2]?.length ?? 0;

const knownLocale = (locale: string): string => {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
};

/** `timeZone` is for tests; the reader's own zone otherwise. */
export const createFormat = (language: string, timeZone?: string): Format => {
  const locale = knownLocale(language);
  const zone = timeZone === undefined ? {} : { timeZone };
  const numbers = new Map<string, Intl.NumberFormat>();
  const currencyFormat = ({ amount, currency }: Money, differ: boolean): Intl.NumberFormat => {
    const digits = digitsOf(amount);
    const key = `${currency} ${digits} ${differ}`;
    let format = numbers.get(key);
    if (!format) {
      const style = { style: 'currency', currency, currencyDisplay: differ ? 'symbol' : 'narrowSymbol' } as const;
      const usual = new Intl.NumberFormat(locale, style).resolvedOptions().maximumFractionDigits ?? 0;
      format = new Intl.NumberFormat(locale, { ...style, maximumFractionDigits: Math.max(digits, usual) });
      numbers.set(key, format);
    }
    return format;
  };
  const written = (value: Money, differ: boolean): string => {
    if (!isDecimal(value.amount)) return value.amount;
    const parts = currencyFormat(value, differ).formatToParts(value.amount);
    return parts
      .map(({ value: part }) => part.replaceAll(directionMarks, ''))
      .map((part) => (part === '-' ? '\u2212' : part))
      .join('');
  };
  const day = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }));
  const short = once(() => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }));
  const instant = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', ...zone }));
  const time = once(() => new Intl.DateTimeFormat(locale, { timeStyle: 'short', ...zone }));
  const instantDay = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'long', ...zone }));
  const just = once(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(0, 'second'));
  // Always with the number: 40 hours ago is one day, and not always yesterday.
  const relative = once(() => new Intl.RelativeTimeFormat(locale));
  const number = once(() => new Intl.NumberFormat(locale));
  const plural = once(() => new Intl.PluralRules(locale));
  const facts = once(() => new Intl.ListFormat(locale, { type: 'unit' }));
  const region = once(() => new Intl.DisplayNames(locale, { type: 'region' }));
  const list = once(() => new Intl.ListFormat(locale));
  const midnight = (date: string) => new Date(`${date}T00:00:00Z`);
  return {
    locale,
    money(value, currenciesDiffer = false) {
      try {
        return written(value, currenciesDiffer);
      } catch {
        // A currency that Intl does not take (not three letters) is still shown, as it came.
        return `${value.amount.replace('-', '\u2212')} ${value.currency}`;
      }
    },
    number: (value) => number().format(value),
    date: (value) => day().format(midnight(value)),
    shortDate: (value) => short().format(midnight(value)),
    instant: (value) => instant().format(new Date(value)),
    time: (value) => time().format(new Date(value)),
    day: (value) => instantDay().format(new Date(value)),
    relative(value, now) {
      const seconds = Math.round((now.getTime() - Date.parse(value)) / 1000);
      const found = units.find(([, size]) => seconds >= size);
      // Seconds are just now, and so is what a clock ahead of this one tells.
      return found ? relative().format(-Math.trunc(seconds / found[1]), found[0]) : just();
    },
    plural: (value) => plural().select(value),
    facts: (items) => facts().format(items),
    regions: (codes) => list().format(codes.map((code) => region().of(code) ?? code)),
  };
};

/** The way account numbers are shown everywhere; empty where none is known. */
export const maskedNumber = (last4: string | undefined): string => (last4 ? `•••• ${last4}` : '');

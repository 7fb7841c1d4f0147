import type { Feed } from '../contract/schemas.ts';

const dateForm = /^\d{4}-\d\d-\d\d$/;
const day = 86_400_000;

/** A day that exists, as YYYY-MM-DD. */
export const isDate = (text: string): boolean => {
  if (!dateForm.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

/** Calendar days later (or, negative, earlier); zone-free, so that no clock change can drop a day. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * day).toISOString().slice(0, 10);

/** The calendar day of an instant in a time zone (the reader's own where none is given or it is unknown). */
export const dayIn = (instant: Date, timeZone?: string): string => {
  const parts = dayFormat(timeZone).formatToParts(instant);
  const part = (type: string) => parts.find((entry) => entry.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
};

const dayFormats = new Map<string | undefined, Intl.DateTimeFormat>();

/** Made once for each zone: a list asks for every row. */
const dayFormat = (timeZone: string | undefined): Intl.DateTimeFormat => {
  const format = dayFormats.get(timeZone) ?? newDayFormat(timeZone);
  dayFormats.set(timeZone, format);
  return format;
};

const newDayFormat = (timeZone: string | undefined): Intl.DateTimeFormat => {
  const options = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    calendar: 'gregory',
    numberingSystem: 'latn',
  } as const;
  try {
    return new Intl.DateTimeFormat('en', { ...options, ...(timeZone && { timeZone }) });
  } catch {
    return new Intl.DateTimeFormat('en', options);
  }
};

export interface Day {
  /** YYYY-MM-DD in the feed's time zone. */
  readonly date: string;
  readonly delivered: number;
  readonly held: number;
}

export interface Picture {
  /** Oldest first, no gap; the last one is today. */
  readonly days: readonly Day[];
  /** The most lines on one day, at least 1, so that heights are shares of it. */
  readonly peak: number;
  readonly delivered: number;
  readonly held: number;
}

/** The last days of a feed as the 30-day picture needs them: gaps filled, days outside left out. */
export const picture = (days: Feed['days'], today: string, length = 30): Picture => {
  const known = new Map(days.map((entry) => [entry.date, entry]));
  const filled = Array.from({ length }, (_, index): Day => {
    const date = addDays(today, index - length + 1);
    const entry = known.get(date);
    return { date, delivered: entry?.delivered ?? 0, held: entry?.held ?? 0 };
  });
  const sum = (pick: (entry: Day) => number) => filled.reduce((total, entry) => total + pick(entry), 0);
  return {
    days: filled,
    peak: filled.reduce((most, { delivered, held }) => Math.max(most, delivered + held), 1),
    delivered: sum(({ delivered }) => delivered),
    held: sum(({ held }) => held),
  };
};

/**
 * Dates as banks write them: local text, without a time zone. They are compared as text, never turned into an
 * instant. Codat uses a transaction's date as given and ignores an offset.
 */

export interface LocalDate {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** `YYYY-MM-DDTHH:MM:SS[.f]`, sortable as text; a date alone is midnight. */
  readonly at: string;
  /** True where the text carried `Z` or an offset. */
  readonly offset: boolean;
}

const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/;

const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Undefined where the text is no date of the calendar (29 February needs a leap year). */
export const parseLocalDate = (text: string): LocalDate | undefined => {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', date = '', hour = '00', minute = '00', second = '00', fraction = '', offset] = match;
  const [y, m, d] = [Number(year), Number(month), Number(date)];
  if (y < 1900 || m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const day = `${year}-${month}-${date}`;
  const tail = fraction.replace(/0+$/, '');
  return { day, at: `${day}T${hour}:${minute}:${second}${tail && `.${tail}`}`, offset: offset !== undefined };
};

/** `day` moved by whole days. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

const formats = new Map<string, Intl.DateTimeFormat>();

/** Of three letters IANA has these alone. Node takes others too, and for it BST is in Bangladesh. */
const shortZones = new Set('CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET'.split(' '));

/** Whether this is an IANA time zone. An offset is none: the database reads its sign the other way round. */
export const isTimeZone = (value: unknown): value is string => {
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return false;
  if (value.length === 3 && !shortZones.has(value.toUpperCase())) return false;
  try {
    todayIn(0, value);
    return true;
  } catch {
    return false;
  }
};

/** Today in an IANA time zone. Throws RangeError for a zone that does not exist. */
export const todayIn = (now: number, timeZone: string): string => {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format.format(now);
};

/** The latest date anywhere on earth (UTC+14). */
export const latestToday = (now: number): string => new Date(now + 14 * 3_600_000).toISOString().slice(0, 10);

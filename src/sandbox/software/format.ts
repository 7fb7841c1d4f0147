/** Money and dates as the simulated software writes them, without arithmetic: every digit is as received. */

/** `-1234.5` as `−1,234.50`: grouped, at least two decimals, no digit lost. */
export function formatAmount(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? ['', '', text];
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return `${sign === '' ? '' : '−'}${grouped}.${fraction.padEnd(2, '0')}`;
}

function symbolOf(currency: string, locale: string): string {
  if (!/^[A-Z]{3}$/.test(currency)) return '';
  const parts = new Intl.NumberFormat(locale, { style: 'currency', currency }).formatToParts(0);
  const symbol = parts.find(({ type }) => type === 'currency')?.value ?? currency;
  return /[A-Z]$/.test(symbol) ? `${symbol} ` : symbol;
}

/** `-1234.5` in GBP as `−£1,234.50`. */
export function formatMoney(text: string, currency: string, locale = 'en-GB'): string {
  const amount = formatAmount(text);
  const symbol = symbolOf(currency, locale);
  return amount.startsWith('−') ? `−${symbol}${amount.slice(1)}` : `${symbol}${amount}`;
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A local date as given, without any time zone arithmetic. */
export function formatDate(date: string): string {
  const [year, month, day] = date.slice(0, 10).split('-');
  const time = /[T ](\d\d:\d\d)/.exec(date)?.[1];
  return `${Number(day)} ${months[Number(month) - 1] ?? ''} ${year}${time === undefined || time === '00:00' ? '' : ` ${time}`}`;
}

export const counted = (count: number, one: string, many: string): string =>
  `${new Intl.NumberFormat('en-GB').format(count)} ${count === 1 ? one : many}`;

/** The last four characters of an account number, on one line. */
export const masked = (accountNumber: string | undefined): string =>
  accountNumber === undefined || accountNumber === '' ? '' : `••••\u00a0${accountNumber.slice(-4)}`;

/** Exact decimals as text. Nothing here goes through a double, so no digit is ever lost. */

/** More digits than any currency needs; beyond it a value is a mistake (1e400 has 401). */
const mostDigits = 60;

export type DecimalProblem = 'invalid' | 'not-exact' | 'too-long';
export type DecimalResult = { readonly text: string } | { readonly problem: DecimalProblem };

const pattern = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

/**
 * A decimal as a JSON number without exponent. A plain one keeps its digits, trailing zeros included; leading
 * zeros, which JSON forbids, are dropped, an exponent is written out.
 */
export const plainDecimal = (text: string): DecimalResult => {
  const match = text.length > 200 ? null : pattern.exec(text);
  if (match === null) return { problem: /^-?[\d.]{200,}$/.test(text) ? 'too-long' : 'invalid' };
  const [, sign = '', whole = '', fraction = '', exponent] = match;
  const shift = exponent === undefined ? 0 : Number(exponent);
  if (whole.length + fraction.length + Math.abs(shift) > mostDigits) return { problem: 'too-long' };
  const digits = `${'0'.repeat(Math.max(0, -shift))}${whole}${fraction}${'0'.repeat(Math.max(0, shift - fraction.length))}`;
  const decimals = Math.max(0, fraction.length - shift);
  const integer = digits.slice(0, digits.length - decimals).replace(/^0+(?=\d)/, '');
  return { text: `${sign}${integer}${decimals > 0 ? `.${digits.slice(-decimals)}` : ''}` };
};

/** A JavaScript number, refused where it has more than the 15 significant digits that a double keeps. */
export const decimalOfNumber = (value: number): DecimalResult => {
  if (!Number.isFinite(value)) return { problem: 'invalid' };
  const text = String(value);
  const significant = text.replace(/e.*$/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  return significant.length > 15 ? { problem: 'not-exact' } : plainDecimal(text);
};

/** -1, 0 or 1 of a plain decimal. */
export const signOf = (decimal: string): -1 | 0 | 1 => {
  if (!/[1-9]/.test(decimal)) return 0;
  return decimal.startsWith('-') ? -1 : 1;
};

/** One spelling for each value: 1.10 and 1.1 are the same, 0 and -0.00 too. */
export const spelling = (decimal: string): string => {
  if (signOf(decimal) === 0) return '0';
  return decimal.includes('.') ? decimal.replace(/0+$/, '').replace(/\.$/, '') : decimal;
};

/** Whether two plain decimals have the same value. */
export const sameDecimal = (one: string, other: string): boolean => spelling(one) === spelling(other);

import { CodatInvalidRequestError } from './errors.ts';

const base64 = (text: string): string => btoa(text);

/** Whether a key is the base64 of printable text. A raw key of any length worth having decodes to noise. */
function isEncoded(key: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key) || key.length % 4 !== 0) return false;
  if (!key.endsWith('=') && key.length < 20) return false;
  const text = atob(key);
  return /^[\x20-\x7e]+$/.test(text) && base64(text) === key;
}

/**
 * The Authorization header: `Basic` and the base64 of the key alone, without a colon. Takes the key raw,
 * encoded, or as a pasted `Basic …` header. The message never shows the key.
 */
export function authorizationOf(apiKey: string): string {
  const key = typeof apiKey === 'string' ? apiKey.trim() : '';
  const [, pasted] = /^Basic\s+(.*)$/i.exec(key) ?? [];
  const credentials = pasted ?? (isEncoded(key) ? key : undefined);
  if (!/^[\x21-\x7e]+$/.test(credentials ?? key) || /^Basic$/i.test(key)) {
    const problem = "must be Codat's API key: the key itself, its base64, or a whole Basic header";
    throw new CodatInvalidRequestError('apiKey', problem);
  }
  return `Basic ${credentials ?? base64(key)}`;
}

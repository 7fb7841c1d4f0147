/** What the debug log may show. Secrets and account numbers go before anything is written. */

const hidden = '[redacted]';
const secretHeaders = /authorization|cookie|api-?key|token|secret|password|signature/i;
const secretMembers = [
  'linkUrl',
  'redirect',
  'otp',
  'password',
  'username',
  'accessToken',
  'authorizationId',
  'portal',
];
const numbers = ['accountNumber', 'sourceAccountNumber', 'sortCode', 'iBan', 'bankCode'];

const members = new RegExp(
  String.raw`((?<!\\)"(?:${[...secretMembers, ...numbers].join('|')})"\s*:\s*)"(?:[^"\\]|\\.)*"?`,
  'gi',
);
/** Refusals name accounts by their numbers: six digits and more in a word are one, as a page is told. */
const words = /((?<!\\)"(?:error|message|errorMessage)"\s*:\s*")((?:[^"\\]|\\.)*)/gi;
const withoutNumbers = (text: string): string =>
  text.replace(/[A-Za-z0-9]{6,}/g, (word) => (word.replace(/\D/g, '').length < 6 ? word : hidden));
const oneTimePassword = /(otp=)[^"&\s\\]+/gi;

/** Longer bodies are cut: a log is no archive. */
const longest = 2_000;

export const redactHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, secretHeaders.test(name) ? hidden : value]));

/** The text of a JSON body without its secrets. Only what may be shown is looked at, and a little more. */
export function redactBody(text: string): string {
  const safe = text
    .slice(0, 10 * longest)
    .replace(members, `$1"${hidden}"`)
    .replace(words, (_, name: string, text: string) => name + withoutNumbers(text))
    .replace(oneTimePassword, `$1${hidden}`);
  return text.length > longest ? `${safe.slice(0, longest)}… (${text.length} characters)` : safe;
}

/** Addresses that somebody gives the sandbox. */

export const isHttpUrl = (url: string): boolean =>
  URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);

/** Takes what is absent, too. @throws {TypeError} naming what was given. */
export function checkHttpUrl(name: string, url: string | undefined): void {
  if (url !== undefined && !isHttpUrl(url)) throw new TypeError(`${name}: give an absolute http or https address.`);
}

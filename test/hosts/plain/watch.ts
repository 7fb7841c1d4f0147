/** What a browser has to say of a page's Content Security Policy, and whom it asked for anything. */
import type { BrowserContext } from 'playwright-core';

export interface Watched {
  /** One line for each `securitypolicyviolation`, in any page. */
  readonly violations: readonly string[];
  /** How many requests each origin got; with those that a policy stopped on their way. */
  readonly requests: ReadonlyMap<string, number>;
  /** Errors of the console, and those that nobody caught. */
  readonly complaints: readonly string[];
}

export const watch = async (context: BrowserContext): Promise<Watched> => {
  const violations: string[] = [];
  const requests = new Map<string, number>();
  const complaints: string[] = [];
  await context.exposeFunction('tellViolation', (line: string) => violations.push(line));
  await context.addInitScript(() => {
    addEventListener(
      'securitypolicyviolation',
      ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) => {
        Reflect.get(
          globalThis,
          'tellViolation',
        )(`${location.pathname}: ${effectiveDirective} ${blockedURI} ${sourceFile}:${lineNumber}`);
      },
      { capture: true },
    );
  });
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    // What a page has in itself asks nobody; it is for the policy to say whether it may.
    if (protocol !== 'data:' && protocol !== 'blob:') requests.set(origin, (requests.get(origin) ?? 0) + 1);
  });
  context.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  context.on('weberror', (error) => complaints.push(error.error().message));
  return { violations, requests, complaints };
};

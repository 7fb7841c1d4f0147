/** What Trusted Types hand out is opaque; a browser without them takes the text itself. */
interface Policy {
  createHTML(template: string): string;
  createScriptURL(url: string): string;
}

interface PolicyFactory {
  createPolicy(name: string, rules: Policy): Policy;
}

const types: PolicyFactory | undefined = Reflect.get(globalThis, 'trustedTypes');
const rules: Policy = { createHTML: (template) => template, createScriptURL: (url) => url };
let made = types ? undefined : rules;

/**
 * The Trusted Types policy of a script-tag file, for the templates of its own Lit and for the language files beside it.
 * A page may create a name only once, so it is made at the first need: a second copy, whose elements
 * the first has registered already, never needs it.
 */
export const policy = (): Policy => (made ??= types?.createPolicy('bank-feed-elements', rules) ?? rules);

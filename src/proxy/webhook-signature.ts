import { Webhook } from 'standardwebhooks';
import { Problem } from './problem.ts';

const headerShape = {
  'webhook-id': /^[\x21-\x7e]{1,255}$/,
  'webhook-timestamp': /^[1-9]\d{9}$/,
  'webhook-signature': /^v\d[a-z]?,[A-Za-z0-9+/=]{1,200}( v\d[a-z]?,[A-Za-z0-9+/=]{1,200}){0,9}$/,
} as const;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface VerifiedWebhook {
  /** Stable over redeliveries: what deduplication goes by. */
  readonly id: string;
  readonly body: string;
}

/** The library's tolerance, in seconds. */
const tolerance = 300;

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const refuse = (detail: string): Problem => new Problem('webhook_invalid', detail);

/**
 * Verifies a delivery over its raw bytes. The library does the cryptography and the five minutes of
 * tolerance; this shell refuses first what it would let through: the `svix-*` spelling of the headers,
 * a timestamp with trailing characters, repeated headers, and bytes that are not UTF-8, since two such
 * bodies could decode to the same text (docs/decisions/webhooks.md).
 */
export const createWebhookVerifier = (secrets: readonly string[]) => {
  const verifiers = secrets.map((secret) => new Webhook(secret));
  return (headers: Headers, raw: Uint8Array): VerifiedWebhook => {
    const values: Record<string, string> = {};
    for (const [name, shape] of Object.entries(headerShape)) {
      const value = headers.get(name);
      if (value === null) throw refuse(`The header ${name} is missing.`);
      if (!shape.test(value)) throw refuse(`The header ${name} is not valid.`);
      values[name] = value;
    }
    let body: string;
    try {
      body = decoder.decode(raw);
    } catch {
      throw refuse('The body is not UTF-8.');
    }
    const age = Math.floor(Date.now() / 1000) - Number(values['webhook-timestamp']);
    if (Math.abs(age) > tolerance)
      throw refuse('The timestamp is more than five minutes away from this clock: check the clock of this server.');
    const verified = verifiers.some((verifier) => {
      try {
        verifier.verify(body, values, { jsonParse: false });
        return true;
      } catch {
        return false;
      }
    });
    if (!verified)
      throw refuse('The signature does not match: check webhookSecrets against the secret of the consumer at Codat.');
    // Nothing at all is no event either, and was always taken.
    if (body !== '' && !isJson(body)) throw refuse('The signature matches, and the body is no JSON.');
    return { id: values['webhook-id'] ?? '', body };
  };
};

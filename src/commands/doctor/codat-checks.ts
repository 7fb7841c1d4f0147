/** What Codat says: whether it is there, takes the key, has the same time, and where it sends its webhooks. */
import {
  createCodatClient,
  createDefaultTransport,
  isCodatError,
  type CodatClient,
  type Transport,
  type WebhookConsumer,
} from '../../codat/index.ts';
import type { Environment } from '../environment.ts';
import { neededEvents } from '../../proxy/webhooks.ts';
import { failed, isLoopback, ok, originOf, reasonOf, warning, type Check } from './check.ts';

const timeoutMs = 10_000;
const slowMs = 2_000;
const clockWarning = 30_000;
/** Codat's signatures bear their time, and are refused beyond it. */
const clockFailure = 300_000;

interface Answer {
  readonly ms: number;
  /** Codat's Date is so much behind this machine's clock, in milliseconds. */
  readonly ahead: number | undefined;
  readonly remaining: string | undefined;
}

/** Remembers how the first request went. */
const observed = (inner: Transport, now: () => number) => {
  let first: Answer | undefined;
  const transport: Transport = async (request) => {
    const [began, sent] = [performance.now(), now()];
    const response = await inner(request);
    const ms = performance.now() - began;
    const date = Date.parse(response.headers['date'] ?? '');
    first ??= {
      ms: Math.round(ms),
      // It names the second, so it is half of one older on average; and it was said halfway.
      ahead: Number.isNaN(date) ? undefined : Math.round(sent + ms / 2 - (date + 500)),
      remaining: /^\d{1,12}$/.exec(response.headers['x-rate-limit-remaining'] ?? '')?.[0],
    };
    return response;
  };
  return { transport, first: () => first };
};

const noKey = 'the key could not be tried, as Codat did not answer';
const copyKey = 'Copy it from the Codat Portal anew, of the right one of your instances there, and set CODAT_API_KEY.';

const checkKey = (error: unknown, companies: number, remaining: string | undefined): Check => {
  if (error === undefined) {
    const left = remaining === undefined ? '' : `; ${remaining} requests are left of today`;
    const found = `Codat takes the key, and has ${companies} ${companies === 1 ? 'company' : 'companies'}${left}`;
    return remaining === '0'
      ? warning('api-key', found, 'Nothing leaves before 00:00 UTC. Hand over less often: docs/scale.md.')
      : ok('api-key', found);
  }
  const status = isCodatError(error) && error.kind === 'http' ? error.status : undefined;
  if (status === 401) return failed('api-key', 'Codat does not know this key (401)', copyKey);
  if (status === 403)
    return failed(
      'api-key',
      'Codat knows the key and refuses it (403): it is outdated, or may not do this',
      'Make a new key in the Codat Portal, and ask Codat whether Bank Feeds is enabled for your client.',
    );
  if (status === 402)
    return failed('api-key', 'the limit of your plan at Codat is reached, or it has ended (402)', 'Ask Codat.');
  if (status === 429)
    return warning('api-key', 'Codat asks for a pause (429): its limits are used up', 'Run this again later.');
  return warning('api-key', noKey, 'See codat.');
};

const checkReach = (environment: Environment, error: unknown, first: Answer | undefined): Check => {
  const place = originOf(environment.CODAT_URL ?? 'https://api.codat.io');
  if (first === undefined)
    return failed(
      'codat',
      `${place} does not answer (${reasonOf(error)})`,
      'Check the network, the firewall and name resolution of this machine; it needs outgoing https.',
    );
  const isCodat = error === undefined || (isCodatError(error) && error.kind === 'http' && error.status < 500);
  if (!isCodat)
    return failed(
      'codat',
      isCodatError(error) && error.kind === 'http'
        ? `${place} answers with ${error.status}`
        : `${place} gives an answer that is not Codat's`,
      'Look at status.codat.io; where CODAT_URL is set, whether it is right, and whether a proxy stands in between.',
    );
  const found = `${place} answers in ${first.ms} ms`;
  return first.ms > slowMs
    ? warning('codat', found, 'Each read at the widget takes as long. Run it nearer, or look at the network.')
    : ok('codat', found);
};

const checkClock = (first: Answer | undefined): Check => {
  if (first?.ahead === undefined)
    return warning('clock', 'could not be compared: Codat told no time', 'Let this machine follow a time server.');
  const seconds = Math.round(Math.abs(first.ahead) / 1000);
  const found =
    seconds < 2 ? "agrees with Codat's" : `is ${seconds} seconds ${first.ahead > 0 ? 'ahead of' : 'behind'} Codat's`;
  const todo = 'Let this machine follow a time server: tokens and webhooks are judged by its clock.';
  if (Math.abs(first.ahead) > clockFailure) return failed('clock', `${found}: webhooks are refused`, todo);
  return Math.abs(first.ahead) > clockWarning ? warning('clock', found, todo) : ok('clock', found);
};

const whereSecret =
  'Copy its signing secret from the Codat Portal (Monitor > Webhooks > Events, the endpoint; the API does not tell it) to BANK_FEED_WEBHOOK_SECRETS and start the proxy anew.';
const inPortal = 'in the Codat Portal (Monitor > Webhooks > Events)';

/** One that names no types is told of all. */
const missingOf = ({ eventTypes }: WebhookConsumer): readonly string[] =>
  neededEvents.filter((type) => eventTypes?.includes(type) === false);

const checkConsumer = async (codat: CodatClient, environment: Environment, create: boolean): Promise<Check> => {
  const name = 'webhook-consumer';
  const url = `${environment.BANK_FEED_PUBLIC_URL.replace(/\/$/, '')}/v1/webhooks/codat`;
  const { href } = new URL(url);
  const consumers = await codat.listWebhookConsumers();
  const here = consumers.filter((one) => URL.canParse(one.url ?? '') && new URL(one.url ?? '').href === href);
  const enabled = here.filter(({ disabled }) => disabled !== true);
  const [best] = enabled.toSorted((one, other) => missingOf(one).length - missingOf(other).length);
  if (best !== undefined) {
    const missing = missingOf(best);
    if (missing.length > 0)
      return warning(name, `${url} is not told of ${missing.join(', ')}`, `Add these event types ${inPortal}.`);
    if ((best.companyTags ?? []).length > 0)
      return warning(
        name,
        `${url} hears of companies with certain tags only`,
        `Remove the company tags ${inPortal}, unless other companies belong to another installation.`,
      );
    if (enabled.length > 1)
      return warning(
        name,
        `${enabled.length} consumers point at ${url}: each signs with a secret of its own`,
        `Delete all but one ${inPortal}, or list all their secrets in BANK_FEED_WEBHOOK_SECRETS.`,
      );
    return ok(name, `${url} is told of all that is needed`);
  }
  if (here.length > 0)
    return warning(
      name,
      `the consumer for ${url} is disabled: Codat does so after five days of failures`,
      `Put right why it failed, then enable it ${inPortal}.`,
    );
  const reach = isLoopback(url) && environment.CODAT_URL === undefined;
  if (reach)
    return warning(
      name,
      `no consumer points at ${url}, and Codat could not reach that`,
      'Set BANK_FEED_PUBLIC_URL to the address that Codat reaches. Until then slow polling confirms deliveries.',
    );
  if (!create)
    return warning(
      name,
      `none of ${consumers.length} at Codat points at ${url}: deliveries are confirmed by slow polling only`,
      'Run this with --create-webhook to make it.',
    );
  await codat.createWebhookConsumer({ url, eventTypes: neededEvents });
  return { ...ok(name, `made: ${url} is told of ${neededEvents.length} event types`), todo: whereSecret };
};

/** The company found there is for the checks after it. */
export async function* checkCodat(
  environment: Environment,
  { now, createWebhook }: { readonly now: () => number; readonly createWebhook: boolean },
): AsyncGenerator<Check, string | undefined, undefined> {
  const own = createDefaultTransport();
  const { transport, first } = observed(own, now);
  const codat = createCodatClient({
    apiKey: environment.CODAT_API_KEY,
    baseUrl: environment.CODAT_URL,
    transport,
    timeoutMs,
    retries: 'none',
  });
  try {
    let error: unknown;
    const page = await codat.listCompanies({ page: 1, pageSize: 1 }).catch((fault: unknown) => {
      error = fault ?? new Error('nothing was said');
      return undefined;
    });
    yield checkReach(environment, error, first());
    yield checkKey(error, page?.totalResults ?? 0, first()?.remaining);
    yield checkClock(first());
    if (page === undefined) {
      yield warning('webhook-consumer', 'could not be looked for: Codat does not answer with this key', 'See above.');
      return undefined;
    }
    yield await checkConsumer(codat, environment, createWebhook).catch((fault: unknown) => {
      const status = isCodatError(fault) && fault.kind === 'http' ? fault.status : undefined;
      return createWebhook
        ? failed(
            'webhook-consumer',
            `Codat did not make it (${status ?? reasonOf(fault)})`,
            'Run this again: it looks first whether it is there. Or add it in the Codat Portal, with the event types of docs/operating.md.',
          )
        : warning(
            'webhook-consumer',
            `Codat does not list them for this key (${status ?? reasonOf(fault)})`,
            `Look ${inPortal}.`,
          );
    });
    return page.results[0]?.id;
  } finally {
    await codat.close();
    await own.close();
  }
}

/** Where the signing secrets may be wrong without a webhook to try them on. */
export const checkSigningSecrets = (environment: Environment): Check => {
  const name = 'signing-secret';
  const secrets = environment.BANK_FEED_WEBHOOK_SECRETS;
  if (secrets === undefined)
    return warning(
      name,
      'BANK_FEED_WEBHOOK_SECRETS is not set: webhooks are not received, slow polling confirms deliveries',
      whereSecret,
    );
  const isWhole = secrets.every((secret) => {
    const encoded = secret.slice('whsec_'.length);
    return Buffer.from(encoded, 'base64').toString('base64') === encoded;
  });
  const count = secrets.length === 1 ? 'one secret' : `${secrets.length} secrets`;
  return isWhole
    ? ok(
        name,
        `${count} of the right form; whether it is this consumer's shows with the first webhook: otherwise the log warns "webhooks were refused", and the metric bank_feed.webhooks.refused counts them`,
      )
    : failed(name, `${count}, of which one is not whole: it may have been cut when it was copied`, whereSecret);
};

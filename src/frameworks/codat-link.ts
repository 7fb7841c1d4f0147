/**
 * In place of Codat's component: the same props and callbacks, with the set-up behind them. The page hands its own
 * source of data over as `bankFeed`; Codat's token stays on the server.
 */
import { HttpFeedApi, type FeedApi, type GetToken, type TokenReason } from '../client/index.ts';
import { platformByCodatKey, platforms, type Platform, type PlatformKey } from '../contract/platforms.ts';
import { isProblemCode, problems } from '../contract/problems.ts';
import type { BankFeedSetup } from '../elements/index.ts';
import { lacksToken } from '../elements/internal/own-hub.ts';
import { termsOf, textsOf, warnOfOptions } from './codat-link-options.ts';
import type { CodatLinkProps, ConnectionCallbackArgs } from './codat-link-types.ts';
import { warnOnce } from './codat-link-warnings.ts';
import type { BankFeedProperties } from './tags.ts';

export type * from './codat-link-types.ts';

/** Where the data comes from, and what the set-up has beyond Codat's component. */
export interface BankFeedSource extends Omit<
  BankFeedProperties<'bank-feed-setup'>,
  'endpoint' | 'getToken' | 'api' | 'closable'
> {
  /** The proxy's address: an absolute URL, or a path of the page's own origin. */
  endpoint: string;
  /**
   * Resolves to a session token for this company, as the element's `getToken` does. Your server must look whether the
   * user belongs to it. Left out where the proxy is mounted behind the page's own session.
   */
  getToken?: (request: {
    readonly signal: AbortSignal;
    readonly reason: TokenReason;
    readonly companyId: string;
  }) => ReturnType<GetToken>;
}

export interface CodatBankFeedsProps extends CodatLinkProps {
  bankFeed: BankFeedSource;
}

/**
 * Puts `<bank-feed-setup>` into the target. As with Codat's component, props are read once; unlike it, the element is
 * there when the call returns, and the promise resolves when it works.
 */
export const initCodatBankFeeds = async (target: HTMLElement, props: CodatBankFeedsProps): Promise<void> => {
  const { options = {} } = props;
  if (props.accessToken !== undefined) warnOnce('accessToken is not used: take it out of the page.');
  warnOfOptions(options);
  const setup = document.createElement('bank-feed-setup');
  const softwareOf = new Map<string, PlatformKey | 'unknown'>();
  provide(setup, props, softwareOf);
  const { text = {}, theme } = options;
  setup.texts = { ...textsOf(text), ...{ ...props.bankFeed }.texts };
  setup.append(...termsOf(text));
  const accent = theme?.colors?.primary;
  if (accent !== undefined) setup.style.setProperty('--bank-feed-accent', accent);
  setup.closable = props.onClose !== undefined && options.nonModal !== true;
  hear(setup, props, softwareOf);
  target.append(setup);
  await import('../elements/setup/define.ts');
};

/** Gives the set-up its source, and reads along: the events name a connection without its software. */
const provide = (
  setup: BankFeedSetup,
  { companyId, bankFeed, options }: CodatBankFeedsProps,
  softwareOf: Map<string, PlatformKey | 'unknown'>,
): void => {
  const { endpoint, getToken: give, ...rest } = { ...bankFeed };
  Object.assign(setup, rest);
  const getToken: GetToken | undefined = give && ((request) => give({ ...request, companyId }));
  const allowed = allowedSoftware(options?.sourceTypes?.accounting?.allowedIntegrations);
  try {
    // What is wrong with these is told by the element itself.
    if (lacksToken({ endpoint, getToken })) throw new TypeError('no getToken');
    const api: FeedApi = new HttpFeedApi({ endpoint, getToken });
    const read = api.state.bind(api);
    api.state = async (call) => {
      const state = await read(call);
      for (const { id, platform } of state.connections) softwareOf.set(id, platform);
      return allowed ? { ...state, platforms: state.platforms.filter((key) => allowed.has(key)) } : state;
    };
    setup.api = api;
  } catch {
    Object.assign(setup, { endpoint, getToken });
  }
};

const allowedSoftware = (keys: readonly string[] | undefined): ReadonlySet<string> | undefined => {
  if (keys === undefined) return undefined;
  for (const key of keys)
    if (!platformByCodatKey(key)) warnOnce(`allowedIntegrations has "${key}", which takes no bank feed.`);
  return new Set(keys.map((key) => platformByCodatKey(key)?.key ?? ''));
};

const hear = (
  setup: BankFeedSetup,
  props: CodatLinkProps,
  softwareOf: ReadonlyMap<string, PlatformKey | 'unknown'>,
): void => {
  let finished = false;
  const finish = (): void => {
    finished = false;
    props.onFinish();
  };
  setup.addEventListener('bank-feed-consent', (event) => props.onConsent?.({ text: consentOf(event) }));
  setup.addEventListener('bank-feed-connection-started', ({ connectionId, platform }) =>
    props.onConnectionStarted?.(connectionArgs(connectionId, platforms[platform])),
  );
  setup.addEventListener('bank-feed-connected', ({ connectionId }) => {
    const key = softwareOf.get(connectionId) ?? 'unknown';
    props.onConnection(connectionArgs(connectionId, key === 'unknown' ? undefined : platforms[key]));
  });
  setup.addEventListener('bank-feed-finished', () => {
    // With a button to leave, the customer reads first that all is done.
    if (setup.closable) finished = true;
    else finish();
  });
  setup.addEventListener('bank-feed-close', () => (finished ? finish() : props.onClose?.()));
  setup.addEventListener('bank-feed-error', ({ code, correlationId, message, recoverable }) =>
    props.onError({
      message,
      userRecoverable: recoverable,
      ...(correlationId !== undefined && { correlationId }),
      ...(isProblemCode(code) && { errorCode: problems[code].status }),
    }),
  );
  setup.addEventListener('bank-feed-session-expired', ({ message }) =>
    props.onError({ message, errorCode: problems.unauthenticated.status, userRecoverable: true }),
  );
};

/** What only Codat knows is empty, and says so to whoever reads it. */
const connectionArgs = (connectionId: string, platform: Platform | undefined): ConnectionCallbackArgs => ({
  get connectionId() {
    warnOnce("connectionId is the widget's own: your server learns Codat's from the proxy's events.");
    return connectionId;
  },
  get integrationId() {
    warnOnce('integrationId is empty: integrationKey says which software it is.');
    return '';
  },
  get sourceId() {
    warnOnce('sourceId is empty: integrationKey says which software it is.');
    return '';
  },
  integrationKey: platform?.codatKey ?? '',
  platformName: platform?.name ?? '',
  sourceType: platform ? (platform.mapping === 'software' ? 'BankFeed' : 'Accounting') : 'Unknown',
});

/** The words above the button, with what the page put in their place, a line for each paragraph. */
const consentOf = (event: Event): string => {
  const [element] = event.composedPath();
  const consent = element instanceof Element && element.shadowRoot?.querySelector('[part~=consent]');
  const lines = consent ? readable(consent).split('\n') : [];
  return lines
    .map((line) => line.replaceAll(/ +/g, ' ').trim())
    .filter(Boolean)
    .join('\n');
};

const readable = (node: Node): string => {
  if (node instanceof Text) return node.data.replaceAll(/\s+/g, ' ');
  if (!(node instanceof Element)) return '';
  const nodes = node instanceof HTMLSlotElement ? node.assignedNodes({ flatten: true }) : [...node.childNodes];
  const inside = nodes.map(readable).join('');
  return node.matches('p, li, dt, dd, h3') ? `\n${inside}\n` : inside;
};

/**
 * In place of Codat's component: the same props and callbacks, with the set-up behind them. The page hands its own
 * source of data over as `bankFeed`; Codat's token stays on the server.
 */
import { HttpFeedApi, type GetToken, type TokenReason } from '../client/index.ts';
import { platformByCodatKey, platforms, type Platform } from '../contract/platforms.ts';
import { isProblemCode, problems } from '../contract/problems.ts';
import type { BankFeedSetup } from '../elements/index.ts';
import { lacksToken } from '../elements/internal/own-hub.ts';
import { textsOf, warnOfOptions } from './codat-link-options.ts';
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
  // A page in JavaScript may have null anywhere.
  const options = props.options ?? {};
  const text = options.text ?? {};
  if (props.accessToken !== undefined) warnOnce('accessToken is not used: take it out of the page.');
  warnOfOptions(options);
  const setup = document.createElement('bank-feed-setup');
  provide(setup, props);
  const texts = { ...textsOf(text), ...props.bankFeed?.texts };
  setup.texts = texts;
  const accent = options.theme?.colors?.primary;
  if (accent) setup.style.setProperty('--bank-feed-accent', accent);
  setup.closable = props.onClose !== undefined && options.nonModal !== true;
  hear(setup, props);
  target.append(setup);
  try {
    const [{ addTerms }] = await Promise.all([import('./codat-link-terms.ts'), import('../elements/setup/define.ts')]);
    await addTerms(setup, text, texts);
  } catch (error) {
    // So that the page may call again: its own look whether the target is empty would keep it from that.
    setup.remove();
    props.onError({ message: `<bank-feed-setup> could not be loaded: ${String(error)}`, userRecoverable: true });
    throw error;
  }
};

const provide = (setup: BankFeedSetup, { companyId, bankFeed, options }: CodatBankFeedsProps): void => {
  const { getToken: give, ...rest } = { ...bankFeed };
  const getToken: GetToken | undefined = give && ((request) => give({ ...request, companyId }));
  const source = { ...rest, getToken };
  Object.assign(setup, source);
  const allowed = allowedSoftware(options?.sourceTypes?.accounting?.allowedIntegrations);
  if (!allowed || lacksToken(source)) return;
  try {
    const api = new HttpFeedApi(source);
    const read = api.state.bind(api);
    api.state = async (call) => {
      const state = await read(call);
      return { ...state, platforms: state.platforms.filter((key) => allowed.has(key)) };
    };
    setup.api = api;
  } catch {
    // What is wrong with the source is told by the element itself.
  }
};

const allowedSoftware = (keys: readonly string[] | undefined): ReadonlySet<string> | undefined => {
  if (!keys) return undefined;
  for (const key of keys)
    if (!platformByCodatKey(key)) warnOnce(`allowedIntegrations has "${key}", which takes no bank feed.`);
  return new Set(keys.map((key) => platformByCodatKey(key)?.key ?? ''));
};

const hear = (setup: BankFeedSetup, props: CodatLinkProps): void => {
  let finished = false;
  const finish = (): void => {
    finished = false;
    props.onFinish();
  };
  setup.addEventListener('bank-feed-consent', (event) => props.onConsent?.({ text: consentOf(event) }));
  setup.addEventListener('bank-feed-connection-started', ({ connectionId, platform }) =>
    props.onConnectionStarted?.(connectionArgs(connectionId, platforms[platform])),
  );
  setup.addEventListener('bank-feed-connected', ({ connectionId, platform }) =>
    props.onConnection(connectionArgs(connectionId, platform === 'unknown' ? undefined : platforms[platform])),
  );
  setup.addEventListener('bank-feed-finished', () => {
    // With a button to leave, the customer reads first that all is done.
    if (setup.closable) finished = true;
    else finish();
  });
  // Whoever stops it after all has not come to the end.
  setup.addEventListener('bank-feed-disconnected', ({ accountId }) => (finished &&= accountId !== undefined));
  setup.addEventListener('bank-feed-close', (event) => {
    if (finished && event.finished) finish();
    else props.onClose?.();
  });
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

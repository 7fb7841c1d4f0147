import type { PlatformKey } from '../contract/platforms.ts';
import type {
  BankFeedAccounts,
  BankFeedConnect,
  BankFeedMapping,
  BankFeedProvider,
  BankFeedSetup,
  BankFeedStatus,
} from '../elements/index.ts';

/** The elements, under the names that a page has for them. */
export interface BankFeedElements {
  'bank-feed-provider': BankFeedProvider;
  'bank-feed-connect': BankFeedConnect;
  'bank-feed-accounts': BankFeedAccounts;
  'bank-feed-mapping': BankFeedMapping;
  'bank-feed-status': BankFeedStatus;
  'bank-feed-setup': BankFeedSetup;
}
export type BankFeedTag = keyof BankFeedElements;

export type BankFeedEventName = Extract<keyof GlobalEventHandlersEventMap, `bank-feed-${string}`>;

type OfAll = 'bank-feed-state-change' | 'bank-feed-session-expired' | 'bank-feed-error';
type OfConnect =
  | OfAll
  | 'bank-feed-consent'
  | 'bank-feed-connection-started'
  | 'bank-feed-navigate'
  | 'bank-feed-connected'
  | 'bank-feed-disconnected'
  | 'bank-feed-handover';

/** What each fires. A provider hears all that bubbles from inside it. */
export interface BankFeedEvents {
  'bank-feed-provider': BankFeedEventName;
  'bank-feed-connect': OfConnect;
  'bank-feed-accounts': OfAll | 'bank-feed-accounts-chosen' | 'bank-feed-step';
  'bank-feed-mapping': OfAll | 'bank-feed-mapped' | 'bank-feed-navigate' | 'bank-feed-step' | 'bank-feed-disconnected';
  'bank-feed-status': OfAll | 'bank-feed-step';
  'bank-feed-setup':
    | OfConnect
    | 'bank-feed-accounts-chosen'
    | 'bank-feed-mapped'
    | 'bank-feed-finished'
    | 'bank-feed-close';
}

type OfConsent = `logo-${PlatformKey}` | 'partner-logo' | 'partner-name' | 'purpose' | 'access' | 'retention' | 'terms';

/** The `slot` of what goes into each; the provider's is without a name. */
export interface BankFeedSlots {
  'bank-feed-provider': 'default';
  'bank-feed-connect': OfConsent;
  'bank-feed-accounts': never;
  'bank-feed-mapping': never;
  'bank-feed-status': never;
  'bank-feed-setup': OfConsent;
}

/** Every property that a page may set; none of them is an attribute of HTML's own. */
export const properties = [
  'endpoint',
  'getToken',
  'api',
  'texts',
  'country',
  'quickbooksSignIn',
  'handover',
  'signIn',
  'mappingMode',
  'steps',
  'adding',
  'closable',
] as const;

/** Those of one element. */
export type BankFeedProperties<Tag extends BankFeedTag> = {
  [Name in Extract<keyof BankFeedElements[Tag], (typeof properties)[number]>]?: BankFeedElements[Tag][Name] | undefined;
};

/** Its events, with the handler's name for each made by the framework's own rule. */
export type BankFeedHandler<Name extends BankFeedEventName> = (event: GlobalEventHandlersEventMap[Name]) => void;

/**
 * The props of Codat's component, so that a page keeps its own: the shapes of `@codat/sdk-link-types` 1.10.1, to which
 * a test holds them in both directions. What is taken over and what is not stands in docs/migration.md.
 */

type SourceType = 'Unknown' | 'Accounting' | 'Banking' | 'BankFeed' | 'Commerce' | 'Expense' | 'Other';

export interface ConnectionCallbackArgs {
  /** The widget's own id. Codat's stands in what the proxy tells your server (`onEvent`, `GET /v1/events`). */
  connectionId: string;
  /** Always empty. */
  integrationId: string;
  /** Codat's four-letter key, such as `gbol`. */
  integrationKey: string;
  platformName: string;
  /** Always empty. */
  sourceId: string;
  sourceType: SourceType;
}

export interface ErrorCallbackArgs {
  /** What support needs to find the failure. */
  correlationId?: string;
  /** For developers and logs. */
  message?: string;
  /** The HTTP status of the answer, where there was one. */
  errorCode?: number;
  /** True where trying again may help. */
  userRecoverable: boolean;
}

export interface ConsentCallbackArgs {
  /** What the customer read above the button. */
  text: string;
}

type Connectable = 'accounting' | 'banking' | 'commerce';
type Uploadable = 'accounting' | 'banking' | 'businessDocuments';
type Consents = `${Connectable}.consents`;
type AnyConsents = Consents | `${Connectable}.additionalConsents`;

export type CodatTextOptionsKeys =
  | 'companyName'
  | `landing.${'title' | 'subtitle' | 'nextButton'}`
  | `main.${'title' | 'subtitle'}`
  | `${Uploadable}.fileUpload.subtitle`
  | `${Connectable}.dataAccess.${'consent' | 'nextButton' | 'additionalConsent.title' | 'additionalConsent.subtitle'}`
  | `${AnyConsents}.${'title' | 'subtitle' | 'termsAndConditions'}`
  | `${Consents}.${'nextButton' | 'purpose' | 'access' | 'accountInformation' | 'retention'}`;

export type CodatTextOptions = Partial<
  Record<CodatTextOptionsKeys, string> & Record<`${Connectable}.dataAccess.dataTypes`, string[]>
>;

interface Integrations {
  optional: boolean;
  enableIntegrations: boolean;
  allowedIntegrations?: string[];
  dataTypes?: string[];
}

export interface CodatSourceTypesOptions {
  accounting?: Integrations & { enableFileUpload?: boolean };
  banking?: Integrations & { enableFileUpload?: boolean };
  commerce?: Integrations;
  businessDocuments?: { optional: boolean; enableFileUpload?: boolean };
}

export interface CodatLinkOptions {
  /** @deprecated Leave `onClose` out instead. */
  nonModal?: boolean;
  hideBorder?: boolean;
  showLandingPage?: boolean;
  showSandboxIntegrations?: boolean;
  enableAdditionalConsent?: boolean;
  enableMultiEntityLinking?: boolean;
  theme?: { colors?: { primary?: string } };
  sourceTypes?: CodatSourceTypesOptions;
  text?: CodatTextOptions;
}

export interface CodatLinkProps {
  /** Codat's id of the company; `bankFeed.getToken` gets it. */
  companyId: string;
  /** The customer wants to leave before the end, or came to look. Left out, there is no button for it. */
  onClose?: () => void;
  onError: (args: ErrorCallbackArgs) => void;
  /** The customer came to the end and closed it; without `onClose`, as soon as the end is reached. */
  onFinish: () => void;
  onConnection: (args: ConnectionCallbackArgs) => void;
  onConnectionStarted?: (args: ConnectionCallbackArgs) => void;
  onConsent?: (args: ConsentCallbackArgs) => void;
  options?: CodatLinkOptions;
  /** Not used: Codat's token stays on your server. */
  accessToken?: string;
}

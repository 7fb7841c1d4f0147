/** What neither this command nor Codat's API can do. */
export const inThePortal = [
  'Bank Feeds is enabled for your client by Codat itself: ask your account manager.',
  'Settings > Integrations > Manage integrations: enable each software you offer, with what it needs of its own (your app at Xero, the bundle of NetSuite, your bank at QuickBooks and Sage).',
  'Redirects: set the page with the widget, and ?statusCode={statusCode} at its end, so that a refusal is explained at once.',
  'Sync settings: let bank accounts be fetched, which suggestions compare by; the proxy reads nothing else that is synced.',
  'Monitor > Webhooks > Events: the signing secret of the consumer, for BANK_FEED_WEBHOOK_SECRETS. Behind a firewall, let in the addresses that Codat names in its documentation.',
  'API keys: make, replace and delete them.',
] as const;

/** The shapes of Codat's Bank Feeds API, as the client sends and reads them. */
export * from './access.ts';
export * from './bank-account.ts';
export * from './common.ts';
export * from './company.ts';
export * from './connection.ts';
export * from './error-body.ts';
export * from './json.ts';
export * from './managed-sync.ts';
export * from './mapping.ts';
export * from './push-operation.ts';
export * from './push-option.ts';
export * from './source-account.ts';
export * from './transactions.ts';
export * from './webhook-consumer.ts';
export * from './webhooks.ts';

/**
 * Examples in which the document contradicts itself. They are not exercised like the others; instead a test
 * makes sure of each that it is still wrong, so that the list holds nothing that has been mended.
 */
export const documentFaults: Readonly<Record<string, string>> = {
  'create-bank-transactions asks: FreeAgent':
    'The lines have no balance, which the description of `balance` requires for FreeAgent.',
  'Payment-Required: Conflict': 'The body of a 402 says 429.',
  'Service-Unavailable: Conflict': 'The body of a 503 says 500.',
  'client.rateLimit.reset: Reset': 'The quota expires at 23:59:99, a time that no clock shows.',
  '#/components/schemas/Companies/allOf/1: 1': 'The links are templates with braces, and `href` is a URI reference.',
  '#/components/schemas/SourceAccountBatchErrorResponse/properties/result/properties/statusCode: 1':
    'The example is a number, the schema says string.',
  '#/components/parameters/accountId/schema: 3': 'The example is a number, the schema says string.',
};

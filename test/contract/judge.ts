/** Judges what the sandbox says by the documents it simulates. */
import type { ObservedAnswer, ObservedWebhook } from '../../src/sandbox/observation.ts';
import { beyond, isBeyond } from './beyond.ts';
import type { Fault, OpenApiDocument } from './document.ts';

const errorSchema = '#/components/schemas/ErrorMessage';

export interface Judge {
  /** What is wrong with an answer, in words; nothing where it is as documented. Undefined: not ours to say. */
  answer(answer: ObservedAnswer): readonly string[] | undefined;
  /** Undefined: no document describes this event. */
  webhook(webhook: ObservedWebhook): readonly string[] | undefined;
}

/** Operations of Codat's Platform document, which may not be at hand. */
const ofPlatform = new Set([
  'list-webhook-consumers',
  'create-webhook-consumer',
  'delete-webhook-consumer',
  'update-connection-authorization',
]);

const inWords = ({ at, problem }: Fault): string => `${at === '' ? 'body' : at} ${problem}`;

function parse(body: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    const value: unknown = JSON.parse(body);
    return { value };
  } catch (error) {
    return { problem: `the body is not JSON: ${String(error)}` };
  }
}

const statusIn = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'statusCode' in value ? value.statusCode : undefined;

/** An operation is looked up in the first document that has it. */
export function createJudge(documents: readonly [OpenApiDocument, ...OpenApiDocument[]]): Judge {
  const [first] = documents;

  const bySchema = (document: OpenApiDocument, schema: string, body: string): string[] => {
    const parsed = parse(body);
    return 'problem' in parsed
      ? [parsed.problem]
      : document.faults(schema, parsed.value, { closed: true }).map(inWords);
  };

  /** An error says its own status, whatever the document allows to leave out. */
  const asError = (document: OpenApiDocument, status: number, body: string | undefined): string[] => {
    if (body === undefined) return ['an error without a body'];
    const parsed = parse(body);
    if ('problem' in parsed) return [parsed.problem];
    const faults = document.faults(errorSchema, parsed.value, { closed: true }).map(inWords);
    const said = statusIn(parsed.value);
    return said === status ? faults : [...faults, `/statusCode is ${String(said)}, the answer's is ${status}`];
  };

  return {
    answer({ operationId, method, status, body, injected }) {
      const document = documents.find(({ operations }) => operations.has(operationId ?? '')) ?? first;
      const operation = document.operations.get(operationId ?? '');
      if (operation === undefined) {
        if (ofPlatform.has(operationId ?? '')) return undefined;
        if (operationId !== undefined) return [`no document has an operation ${operationId}`];
        return status >= 400 ? asError(document, status, body) : [`${status} where there is no operation`];
      }
      if (status >= 500 && !injected) return ['a failure that no test ordered'];
      if (!operation.responses.has(status)) {
        if (status < 400) return ['the document does not list this status'];
        const known = injected || beyond.some((entry) => isBeyond(entry, operation.id, method, status));
        return [...(known ? [] : ['the document does not list this status']), ...asError(document, status, body)];
      }
      const message = operation.responses.get(status);
      if (message?.schema === undefined) return body === undefined ? [] : ['a body where none is documented'];
      if (body === undefined) return ['no body where one is documented'];
      // Only a batch has a body of its own for a refusal, a list; an injected one is the usual error.
      const isError = status >= 400 && !(body.startsWith('[') && operation.id === 'create-batch-source-account');
      return isError ? asError(document, status, body) : bySchema(document, message.schema, body);
    },
    webhook({ eventType, body }) {
      for (const document of documents)
        for (const [name, { schema }] of document.webhooks) {
          const same =
            name === eventType ||
            (name.startsWith('{dataType}') && eventType.endsWith(name.slice('{dataType}'.length)));
          if (same && schema !== undefined) return bySchema(document, schema, body);
        }
      return undefined;
    },
  };
}

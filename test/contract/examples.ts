/** Every example of a document, by what it is an example of. Each has a name of its own. */
import { readFileSync } from 'node:fs';
import type { DocumentOperation, OpenApiDocument } from './document.ts';

interface Named {
  readonly name: string;
  readonly value: unknown;
}

export interface RequestExample extends Named {
  readonly operation: DocumentOperation;
  readonly label: string;
  readonly schema: string | undefined;
}

export interface ResponseExample extends Named {
  readonly operation: DocumentOperation;
  readonly status: number;
  readonly schema: string | undefined;
}

export interface EventExample extends Named {
  readonly eventType: string;
  readonly schema: string | undefined;
}

/** One that stands beside a schema: of a whole message, or of one member or parameter. */
export interface SchemaExample extends Named {
  readonly schema: string;
}

export const requestExamples = ({ operations }: OpenApiDocument): readonly RequestExample[] =>
  [...operations.values()].flatMap((operation) =>
    (operation.request?.examples ?? []).map(({ name: label, value }) => {
      const name = `${operation.id} asks: ${label}`;
      return { name, label, value, operation, schema: operation.request?.schema };
    }),
  );

/** An example that operations share is given to the first that lists it. */
export function responseExamples({ operations, sharedResponses }: OpenApiDocument): readonly ResponseExample[] {
  const found: ResponseExample[] = [];
  const met = new Set<string>();
  for (const operation of operations.values())
    for (const [status, message] of operation.responses) {
      const { shared, schema, examples = [] } = message ?? {};
      if (shared !== undefined && met.has(shared)) continue;
      if (shared !== undefined) met.add(shared);
      const all = shared === undefined ? examples : (sharedResponses.get(shared)?.examples ?? []);
      for (const { name, value } of all)
        found.push({ name: `${shared ?? `${operation.id} ${status}`}: ${name}`, value, operation, status, schema });
    }
  return found;
}

export const eventExamples = ({ webhooks }: OpenApiDocument): readonly EventExample[] =>
  [...webhooks].flatMap(([eventType, { schema, examples }]) =>
    examples.map(({ name, value }) => ({ name: `${eventType}: ${name}`, value, eventType, schema })),
  );

export const schemaExamples = (document: OpenApiDocument): readonly SchemaExample[] =>
  [...document.schemaExamples].flatMap(([schema, examples]) =>
    examples.map(({ name, value }) => ({ name: `${schema}: ${name}`, value, schema })),
  );

export const everyExample = (document: OpenApiDocument): readonly Named[] => [
  ...requestExamples(document),
  ...responseExamples(document),
  ...eventExamples(document),
  ...schemaExamples(document),
];

/** How many examples a document holds, counted without understanding it. */
export function countExamples(path: string): number {
  const count = (node: unknown): number => {
    if (Array.isArray(node)) return node.reduce((sum: number, item) => sum + count(item), 0);
    if (typeof node !== 'object' || node === null) return 0;
    return Object.entries(node).reduce((sum, [key, value]) => {
      if (key === 'example') return sum + 1;
      if (key === 'examples') return sum + Object.keys(value).length;
      return sum + count(value);
    }, 0);
  };
  return count(JSON.parse(readFileSync(path, 'utf8')));
}

/**
 * An OpenAPI document as a judge: its operations, and a validator for every schema in it. Which document is
 * said by CODAT_OPENAPI, a path; the project keeps no copy of its own.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import * as z from 'zod';
import { root } from '../../scripts/root.ts';

const media = z.object({
  schema: z.unknown().optional(),
  examples: z.record(z.string(), z.object({ value: z.unknown().optional() })).optional(),
});
const content = z.record(z.string(), media);
const response = z.object({ $ref: z.string().optional(), content: content.optional() });
const operation = z.object({
  operationId: z.string().optional(),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), response),
});
const pathItem = z.object({
  get: operation.optional(),
  post: operation.optional(),
  put: operation.optional(),
  patch: operation.optional(),
  delete: operation.optional(),
});
const openApi = z.object({
  paths: z.record(z.string(), pathItem),
  webhooks: z.record(z.string(), pathItem),
  components: z.object({ schemas: z.record(z.string(), z.unknown()), responses: z.record(z.string(), response) }),
});

export interface Example {
  readonly name: string;
  readonly value: unknown;
}

/** What one side says: where its schema stands in the document (absent: anything may be said), with examples. */
export interface Message {
  readonly schema?: string | undefined;
  readonly examples: readonly Example[];
  /** The name under which operations share it. Its examples then stand there, once. */
  readonly shared?: string | undefined;
}

export interface DocumentOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly request?: Message | undefined;
  /** By status; an answer without a body has no message. */
  readonly responses: ReadonlyMap<number, Message | undefined>;
}

/** A place in a value that a schema refuses. */
export interface Fault {
  /** JSON pointer into the value. */
  readonly at: string;
  readonly problem: string;
}

export interface OpenApiDocument {
  /** Its file name. */
  readonly name: string;
  readonly operations: ReadonlyMap<string, DocumentOperation>;
  /** By event type. */
  readonly webhooks: ReadonlyMap<string, Message>;
  /** Error answers and the like that operations share, by name. */
  readonly sharedResponses: ReadonlyMap<string, Message>;
  /** Examples that stand beside a schema instead of a message, by where the schema stands. */
  readonly schemaExamples: ReadonlyMap<string, readonly Example[]>;
  /**
   * Judges a value by the schema at a JSON pointer (`#/components/schemas/Company`). Members that the document
   * does not describe pass, as its own examples have some; `closed` refuses them wherever it leaves them open.
   */
  faults(schema: string, value: unknown, more?: { readonly closed: boolean }): readonly Fault[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const segment = (name: string): string =>
  encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1')).replaceAll('%7E', '~');
const pointer = (...names: readonly string[]): string => `#/${names.map(segment).join('/')}`;

/** These hold values, not schemas. */
const values = new Set(['example', 'examples', 'enum', 'default', 'const']);

/**
 * The document in words that a validator of JSON Schema 2020-12 knows. `nullable` is OpenAPI 3.0's: it is
 * honoured beside a type, and dropped beside a `$ref`, where Codat's own SDKs do not take null either. A choice
 * between versions 1 and 2 of an account is read as "at least one": most accounts satisfy both.
 */
function readable(node: unknown, closed: boolean): unknown {
  if (Array.isArray(node)) return node.map((item) => readable(item, closed));
  if (!isObject(node)) return node;
  const entries = Object.entries(node)
    .filter(([key]) => !(key === 'nullable' && typeof node['type'] !== 'string'))
    .map(([key, value]): [string, unknown] => {
      if (values.has(key)) return [key, value];
      // The document says only "string" and the rest in words.
      if (key === 'DateTime' && isObject(value)) return [key, { ...value, format: 'codat-date' }];
      if (key === 'properties' && isObject(value)) {
        const members = Object.entries(value).map(([name, schema]) => [name, member(schema, closed)]);
        return [key, Object.fromEntries(members)];
      }
      if (key === 'items') return [key, member(value, closed)];
      return [key === 'oneOf' ? 'anyOf' : key, readable(value, closed)];
    });
  return Object.fromEntries(entries);
}

/** Closed where it is used, not where it is described: there, others may still add to it. */
const shut = (schema: object) => ({ ...schema, unevaluatedProperties: false });
function member(schema: unknown, closed: boolean): unknown {
  const read = readable(schema, closed);
  return closed && isObject(read) ? shut(read) : read;
}

/** Codat's dates: a date alone, or with a time that is UTC, local without a suffix, or has an offset. */
const codatDate =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,7})?(?:Z|[+-]\d\d:\d\d)?)?$/;

const briefly = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};

function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split('/').slice(1)) {
    const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(at)) at = at[Number(key)];
    else at = isObject(at) ? at[key] : undefined;
  }
  return at;
}

function describe(value: unknown, { instancePath, message, params }: ErrorObject): Fault {
  const extra: unknown = params['additionalProperty'] ?? params['unevaluatedProperty'] ?? params['allowedValues'];
  const more = extra === undefined ? '' : ` (${briefly(extra)})`;
  return { at: instancePath, problem: `${message}${more}: ${briefly(valueAt(value, instancePath))}` };
}

const messageOf = (content: z.infer<typeof response>['content'], ...at: readonly string[]): Message | undefined => {
  const json = content?.['application/json'];
  if (json === undefined) return undefined;
  return {
    schema: json.schema === undefined ? undefined : pointer(...at, 'content', 'application/json', 'schema'),
    examples: Object.entries(json.examples ?? {}).map(([name, { value }]) => ({ name, value })),
  };
};

/** Examples beside schemas anywhere in the document; a parameter's stand beside the parameter. */
function* examplesBeside(node: unknown, at: readonly string[]): Generator<[string, readonly Example[]]> {
  if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) yield* examplesBeside(item, [...at, `${index}`]);
    return;
  }
  if (!isObject(node)) return;
  const { example, examples } = node;
  const all: unknown[] = [...(Array.isArray(examples) ? examples : []), ...(example === undefined ? [] : [example])];
  const schema = 'in' in node && 'schema' in node ? [...at, 'schema'] : at;
  if (all.length > 0) yield [pointer(...schema), all.map((value, index) => ({ name: `${index + 1}`, value }))];
  for (const [key, value] of Object.entries(node)) if (!values.has(key)) yield* examplesBeside(value, [...at, key]);
}

export function readDocument(path: string): OpenApiDocument {
  const raw: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const { paths, webhooks, components } = openApi.parse(raw);

  const sharedResponses = new Map<string, Message>();
  for (const [name, { content }] of Object.entries(components.responses)) {
    const message = messageOf(content, 'components', 'responses', name);
    if (message !== undefined) sharedResponses.set(name, message);
  }

  const operations = new Map<string, DocumentOperation>();
  for (const [route, item] of Object.entries(paths))
    for (const [method, described] of Object.entries(item)) {
      const { operationId: id = `${method} ${route}`, requestBody, responses } = described;
      const at = ['paths', route, method];
      operations.set(id, {
        id,
        method: method.toUpperCase(),
        path: route,
        request: messageOf(requestBody?.content, ...at, 'requestBody'),
        responses: new Map(
          Object.entries(responses).map(([status, { $ref, content }]) => {
            // An example that operations share stands once, with the shared answer.
            const shared = sharedResponses.get($ref?.split('/').at(-1) ?? '');
            const own = messageOf(content, ...at, 'responses', status);
            return [Number(status), shared ? { ...shared, examples: [], shared: $ref?.split('/').at(-1) } : own];
          }),
        ),
      });
    }

  const events = new Map<string, Message>();
  for (const [eventType, { post }] of Object.entries(webhooks)) {
    const message = messageOf(post?.requestBody?.content, 'webhooks', eventType, 'post', 'requestBody');
    if (message !== undefined) events.set(eventType, message);
  }

  const schemaExamples = new Map(examplesBeside(raw, []));

  const validators = new Map<boolean, Ajv2020>();
  const validator = (closed: boolean): Ajv2020 => {
    const known = validators.get(closed);
    if (known !== undefined) return known;
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, logger: false });
    for (const [name, format] of Object.entries(fullFormats)) ajv.addFormat(name, format);
    ajv.addFormat('ISO4217', /^[A-Z]{3}$/);
    ajv.addFormat('decimal', true);
    ajv.addFormat('codat-date', codatDate);
    const judged = readable(raw, closed);
    if (!isObject(judged)) throw new TypeError(`${basename(path)} is not an OpenAPI document.`);
    ajv.addSchema(judged, 'document');
    validators.set(closed, ajv);
    return ajv;
  };
  const wholes = new Map<string, ValidateFunction>();
  const faults: OpenApiDocument['faults'] = (schema, value, { closed } = { closed: false }) => {
    const key = `${closed} ${schema}`;
    const reference = { $ref: `document${schema}` };
    const validate = wholes.get(key) ?? validator(closed).compile(closed ? shut(reference) : reference);
    wholes.set(key, validate);
    return validate(value) ? [] : (validate.errors ?? []).map((error) => describe(value, error));
  };
  return { name: basename(path), operations, webhooks: events, sharedResponses, schemaExamples, faults };
}

/**
 * Where the document is: absolute, from a path that may be relative to the project. Absent where it is not set.
 * @throws {Error} where it names no file.
 */
export function documentPath(): string | undefined {
  const named = process.env['CODAT_OPENAPI']?.trim() ?? '';
  if (named === '') return undefined;
  const path = resolve(root, named);
  if (!existsSync(path)) throw new Error(`CODAT_OPENAPI names ${path}, and there is no such file.`);
  return path;
}

/**
 * Everything the client throws: a closed union told apart by `kind`. Messages name the operation and
 * what to do; they quote neither ids nor what Codat said, which is in the fields.
 */
import { errorBody, parseJson, type ErrorBody, type ValidationItem } from './schemas/index.ts';

/** Lower-case names; a header that came more than once is joined by commas. */
export type Headers = Readonly<Record<string, string>>;

const advice: Readonly<Record<number, string>> = {
  400: 'the request breaks a rule; see `error` and `validation`',
  401: 'check the API key',
  402: "the plan's limit is reached",
  403: 'the API key may not do this; it may be outdated',
  404: 'nothing has this id',
  408: 'it may or may not have been carried out',
  409: 'it conflicts with what is there, or is still in progress',
  422: 'the Idempotency-Key was used with another body',
  429: 'wait for `retryAfterMs`',
};

interface HttpErrorFacts {
  readonly operation: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly retryAfterMs: number | undefined;
}

const readErrorBody = (text: string): ErrorBody => {
  try {
    return errorBody.safeParse(parseJson(text)).data ?? {};
  } catch {
    return {};
  }
};

const opinions = new Map([
  ['true', true],
  ['false', false],
]);

/** Codat answered with a status of 400 or more. Its body is read as far as it makes sense. */
export class CodatHttpError extends Error {
  override readonly name = 'CodatHttpError';
  readonly kind = 'http';
  readonly operation: string;
  readonly status: number;
  /** The part of Codat that refused: PublicApi, ClientsApi, PullApi. */
  readonly service: string | undefined;
  /** Codat's own words. */
  readonly error: string | undefined;
  /** What Codat's support asks for. */
  readonly correlationId: string | undefined;
  readonly detailedErrorCode: number | undefined;
  /** Codat's opinion; undefined where it has none. */
  readonly canBeRetried: boolean | undefined;
  readonly validation: { readonly errors: readonly ValidationItem[]; readonly warnings: readonly ValidationItem[] };
  /** From the header Retry-After, in milliseconds from the answer. */
  readonly retryAfterMs: number | undefined;
  // Private, so that printing an error does not print what Codat sent.
  readonly #headers: Headers;
  readonly #body: string;

  constructor({ operation, status, headers, body, retryAfterMs }: HttpErrorFacts) {
    const said = readErrorBody(body);
    const reference = said.correlationId === undefined ? '' : ` (correlation id ${said.correlationId.slice(0, 100)})`;
    const hint =
      advice[status] ?? (status >= 500 ? 'Codat has a problem; it may or may not have been carried out' : '');
    super(`Codat answered ${status} to ${operation}${reference}${hint === '' ? '.' : `: ${hint}.`}`);
    this.operation = operation;
    this.status = status;
    this.service = said.service;
    this.error = said.error;
    this.correlationId = said.correlationId;
    this.detailedErrorCode = said.detailedErrorCode;
    this.canBeRetried = opinions.get(said.canBeRetried?.toLowerCase() ?? '');
    this.validation = { errors: said.validation?.errors ?? [], warnings: said.validation?.warnings ?? [] };
    this.retryAfterMs = retryAfterMs;
    this.#headers = headers;
    this.#body = body;
  }

  get headers(): Headers {
    return this.#headers;
  }

  /** The raw body, as text. */
  get body(): string {
    return this.#body;
  }
}

/**
 * `not-sent`: the fence held the last byte back. `unreachable`: no connection came about, or a fenced
 * write broke off before its last byte. `broken`: it broke on the way, so a write may have been carried out.
 */
export type ConnectionFault = 'not-sent' | 'unreachable' | 'broken';

const connectionWords: Readonly<Record<ConnectionFault, string>> = {
  'not-sent': 'was held back before its last byte; nothing was sent',
  unreachable: 'could not be sent: no connection to Codat, or not for long enough; check the network and `baseUrl`',
  broken: 'got no answer: the connection broke, and a write may have been carried out',
};

/** No answer came back. */
export class CodatConnectionError extends Error {
  override readonly name = 'CodatConnectionError';
  readonly kind = 'connection';
  readonly operation: string;
  readonly code: ConnectionFault;
  constructor(operation: string, code: ConnectionFault, cause?: unknown) {
    super(`${operation} ${connectionWords[code]}.`, { cause });
    this.operation = operation;
    this.code = code;
  }
}

/** One attempt took longer than `timeoutMs`. A write may have been carried out. */
export class CodatTimeoutError extends Error {
  override readonly name = 'CodatTimeoutError';
  readonly kind = 'timeout';
  readonly operation: string;
  readonly timeoutMs: number;
  constructor(operation: string, timeoutMs: number) {
    super(`${operation} got no answer within ${timeoutMs} ms; a write may have been carried out.`);
    this.operation = operation;
    this.timeoutMs = timeoutMs;
  }
}

interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/**
 * An answer came, and it is not what Codat documents: a redirect, HTML, broken JSON, a missing member.
 * `cause` says where: the ZodError of the shape, or what the parser threw.
 */
export class CodatInvalidResponseError extends Error {
  override readonly name = 'CodatInvalidResponseError';
  readonly kind = 'invalid-response';
  readonly operation: string;
  /** Undefined where not even the status line could be read, or the answer was too long to keep. */
  readonly status: number | undefined;
  readonly #received: Received | undefined;
  constructor(operation: string, reason: string, facts: { response?: Received; cause?: unknown } = {}) {
    super(`The answer to ${operation} is not usable: ${reason}.`, { cause: facts.cause });
    this.operation = operation;
    this.status = facts.response?.status;
    this.#received = facts.response;
  }

  get headers(): Headers {
    return this.#received?.headers ?? {};
  }

  /** The raw body, as text. */
  get body(): string | undefined {
    return this.#received === undefined ? undefined : new TextDecoder().decode(this.#received.body);
  }
}

/**
 * Ended from this side: by the caller's signal, whose reason is `cause`, or because the client was closed.
 * A write under way may have been carried out.
 */
export class CodatAbortedError extends Error {
  override readonly name = 'CodatAbortedError';
  readonly kind = 'aborted';
  readonly operation: string;
  readonly by: 'caller' | 'close';
  constructor(operation: string, cause: unknown, by: 'caller' | 'close') {
    super(by === 'caller' ? `${operation} was aborted by its caller.` : `${operation} ended: the client is closed.`, {
      cause,
    });
    this.operation = operation;
    this.by = by;
  }
}

/** Refused before anything was sent: the caller gave something that Codat cannot take. */
export class CodatInvalidRequestError extends Error {
  override readonly name = 'CodatInvalidRequestError';
  readonly kind = 'invalid-request';
  /** The argument or option, as a path: `accounts[2].balance`. */
  readonly field: string;
  constructor(field: string, problem: string, cause?: unknown) {
    super(`${field} ${problem}.`, { cause });
    this.field = field;
  }
}

export type CodatError =
  | CodatHttpError
  | CodatConnectionError
  | CodatTimeoutError
  | CodatInvalidResponseError
  | CodatAbortedError
  | CodatInvalidRequestError;

/** Whether an error is one of the client's. */
export const isCodatError = (error: unknown): error is CodatError =>
  error instanceof CodatHttpError ||
  error instanceof CodatConnectionError ||
  error instanceof CodatTimeoutError ||
  error instanceof CodatInvalidResponseError ||
  error instanceof CodatAbortedError ||
  error instanceof CodatInvalidRequestError;

import type { FindingRecord } from '../records.ts';

/** Which part of Codat answers; as the document's examples name them. */
export type Service = 'PublicApi' | 'ClientsApi' | 'PullApi' | 'PushApi' | 'BankFeedsApi';

/** A refusal with Codat's documented error body. The message tells the caller what to change. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly service: Service;
  readonly findings: readonly FindingRecord[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: { service?: Service; findings?: readonly FindingRecord[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.service = more.service ?? 'PublicApi';
    this.findings = more.findings;
    this.headers = more.headers ?? {};
  }
}

const retryable = new Set([408, 429, 503]);

/** The body of every 4xx and 5xx. `canBeRetried` is a string at Codat. */
export const errorBody = ({ status, service, message, findings }: ApiError, correlationId: string) => ({
  statusCode: status,
  service,
  error: message,
  correlationId,
  validation: findings === undefined ? null : { errors: findings, warnings: [] },
  canBeRetried: retryable.has(status) ? 'True' : status >= 500 ? 'Unknown' : 'False',
  detailedErrorCode: 0,
});

/** Something of the caller's, cut to what fits into a message. */
export const quote = (text: string, longest = 60): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;

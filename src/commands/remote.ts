/** A command's way to a proxy that runs: where it is, the server secret, and its answers in plain words. */
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import * as z from 'zod';

export type Variables = Readonly<Record<string, string | undefined>>;

export interface Output {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The proxy said no: exit code 1. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

const secretOf = (environment: Variables): string => {
  const file = environment['BANK_FEED_SERVER_SECRET_FILE'];
  try {
    const secret = file ? readFileSync(file, 'utf8').trim() : environment['BANK_FEED_SERVER_SECRET'];
    if (secret) return secret;
  } catch (error) {
    throw new UsageError(`BANK_FEED_SERVER_SECRET_FILE cannot be read: ${reasonOf(error)}`);
  }
  throw new UsageError('BANK_FEED_SERVER_SECRET is missing: the secret the proxy was started with');
};

/** The secret comes from the environment or a file, never from an argument, which every user of a machine can read. */
export const target = (environment: Variables, given?: string): { readonly url: string; readonly secret: string } => {
  const url = given ?? environment['BANK_FEED_URL'] ?? environment['BANK_FEED_PUBLIC_URL'];
  if (url === undefined)
    throw new UsageError('BANK_FEED_URL is missing: the URL of the proxy, such as http://127.0.0.1:8787');
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
    throw new UsageError('BANK_FEED_URL must be the URL of the proxy, such as http://127.0.0.1:8787');
  return { url: url.replace(/\/$/, ''), secret: secretOf(environment) };
};

/** What a thrown fetch says of its reason. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
};

const problemDetail = z.object({ detail: z.string() });

export const refusedAs = async (response: Response): Promise<string> => {
  if (response.status === 401) return 'the proxy does not take this BANK_FEED_SERVER_SECRET';
  const body = problemDetail.safeParse(await response.json().catch(() => undefined));
  // What is a member of a body there is an option here.
  const said = body.success ? `: ${body.data.detail.replaceAll('notWritten', '--not-written')}` : '';
  return `the proxy answered ${response.status}${said}`;
};

export interface Remote {
  /** Rejects with RefusedError where the proxy says no, and with an error where it is not there. */
  <Schema extends z.ZodType>(method: string, path: string, schema: Schema, body?: unknown): Promise<z.output<Schema>>;
}

const patience = 30_000;

export const createRemote =
  ({ url, secret }: { readonly url: string; readonly secret: string }): Remote =>
  async (method, path, schema, body) => {
    let response: Response;
    try {
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
      const init: RequestInit = { method, headers, redirect: 'error', signal: AbortSignal.timeout(patience) };
      if (body !== undefined) init.body = JSON.stringify(body);
      response = await fetch(`${url}${path}`, init);
    } catch (error) {
      throw new Error(`${url} cannot be reached: ${reasonOf(error)}`, { cause: error });
    }
    if (response.status >= 500 || response.status === 401) throw new Error(await refusedAs(response));
    if (!response.ok) throw new RefusedError(await refusedAs(response));
    const answer = schema.safeParse(response.status === 204 ? undefined : await response.json());
    if (!answer.success) throw new Error(`${url} gave an answer that makes no sense: is it this proxy's URL?`);
    return answer.data;
  };

/** What parseArgs says of a wrong call, without its advice on dashes. */
export const wrongCall = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\. To specify .*/s, '');

/** All that follows a mistake: a page of help would push it out of sight. */
export const seeHelp = (name: string): string => `See bank-feed-proxy ${name} --help.`;

/** Runs a command: 0 done, 1 the proxy said no, 2 wrongly called, or the proxy is not there. */
export const commanded = async (name: string, { stderr }: Output, command: () => Promise<void>): Promise<number> => {
  try {
    await command();
    return 0;
  } catch (error) {
    const help = error instanceof UsageError ? `\n${seeHelp(name)}` : '';
    stderr.write(`bank-feed-proxy ${name}: ${error instanceof Error ? error.message : String(error)}${help}\n`);
    return error instanceof RefusedError ? 1 : 2;
  }
};

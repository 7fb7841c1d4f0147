/**
 * A server that answers as told: `const server = await scriptedServer()`, `await server.answer('GET /v1/state', …)`,
 * then give `server.endpoint` to the part under test. The last answer of a route stays.
 */
import { executeServerCommand } from '@web/test-runner-commands';
import type { ScriptedAnswer, ScriptedRequest } from './plugins/scripted-server.ts';

export interface ScriptedServer {
  readonly endpoint: string;
  /** `route` is the method and the path without query, such as `GET /v1/state`. */
  answer(route: string, ...answers: readonly ScriptedAnswer[]): Promise<void>;
  /** What was asked so far, oldest first; waits until there are as many as `atLeast`. */
  requests(route?: string, atLeast?: number): Promise<ScriptedRequest[]>;
  /** Acts on the newest answer of kind `stream`, the first being waited for; `closed` waits until the page has left it. */
  stream(action: 'send' | 'end' | 'drop' | 'closed', text?: string): Promise<void>;
}

export async function scriptedServer(): Promise<ScriptedServer> {
  const { id, endpoint } = await executeServerCommand<{ id: string; endpoint: string }, undefined>('scripted:start');
  return {
    endpoint,
    answer: (route, ...answers) => executeServerCommand('scripted:answer', { id, route, answers }),
    requests: (route, atLeast) => executeServerCommand('scripted:requests', { id, route, atLeast }),
    stream: (action, text) => executeServerCommand('scripted:stream', { id, action, text }),
  };
}

/** The head of an unsigned token: enough for a page, which reads `iat` and `exp` and nothing else. */
export function pageToken(claims: { iat: number; exp: number } & Record<string, unknown>): string {
  const part = (value: unknown): string =>
    btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return `${part({ alg: 'HS256', typ: 'bft+jwt' })}.${part(claims)}.c2ln`;
}

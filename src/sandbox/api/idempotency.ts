/**
 * `Idempotency-Key` as Codat documents it: the first answer is kept for 90 minutes and replayed, refusals
 * and faults included; another body under the same key is a 422, the same key while the first is under
 * way a 409, and a 429 lets go of the key.
 */
import * as z from 'zod';
import type { SandboxClock } from '../clock.ts';
import { ApiError } from './errors.ts';
import type { Reply } from './operation.ts';
import { WrittenJson, writeJson } from './wire.ts';
import { minuteMs } from '../durations.ts';

const keptForMs = 90 * minuteMs;

export const keptAnswer = z.object({
  key: z.string(),
  fingerprint: z.string(),
  at: z.number(),
  status: z.int(),
  body: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  injected: z.boolean().optional(),
});
export type KeptAnswer = z.infer<typeof keptAnswer>;

interface Entry {
  readonly fingerprint: string;
  at: number;
  reply?: Reply;
}

export interface Idempotency {
  /** Runs the request, or answers what it answered before. @throws {ApiError} 409 or 422. */
  once(key: string, fingerprint: string, run: () => Promise<Reply>): Promise<Reply>;
  kept(): KeptAnswer[];
}

export function createIdempotency(clock: SandboxClock, restored: readonly KeptAnswer[] = []): Idempotency {
  const entries = new Map<string, Entry>();
  for (const { key, fingerprint, at, body, ...rest } of restored) {
    const reply = body === undefined ? rest : { ...rest, body: new WrittenJson([Buffer.from(body)]) };
    entries.set(key, { fingerprint, at, reply });
  }

  /** Answers are kept in the order they were given, so the old ones stand in front. */
  const forgetOld = (): void => {
    for (const [key, { at, reply }] of entries) {
      if (reply === undefined) continue;
      if (clock.now() - at < keptForMs) return;
      entries.delete(key);
    }
  };

  return {
    async once(key, fingerprint, run) {
      forgetOld();
      const known = entries.get(key);
      if (known !== undefined && known.fingerprint !== fingerprint) {
        throw new ApiError(422, 'The Idempotency-Key was used before with another request. Use a new key.');
      }
      if (known !== undefined && known.reply === undefined) {
        throw new ApiError(409, 'A request with this Idempotency-Key is still being processed.');
      }
      if (known?.reply !== undefined) return known.reply;
      const entry: Entry = { fingerprint, at: clock.now() };
      entries.set(key, entry);
      const reply = await run();
      entries.delete(key);
      if (reply.status !== 429 && reply.forgotten !== true) entries.set(key, { ...entry, at: clock.now(), reply });
      return reply;
    },
    kept: () =>
      [...entries].flatMap(([key, { fingerprint, at, reply }]) =>
        reply === undefined
          ? []
          : [
              {
                key,
                fingerprint,
                at,
                ...reply,
                headers: { ...reply.headers },
                body: reply.body instanceof WrittenJson ? reply.body.text : reply.body && writeJson(reply.body),
              },
            ],
      ),
  };
}

import type { LiveHint } from '../contract/schemas.ts';
import type { Clock } from '../outbox/model.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { WireIds } from './ids.ts';
import { errorFields, type Log } from './log.ts';

type Listener = (hint: LiveHint) => void;

/** Tells open streams that something changed, whichever instance changed it. Hints carry no data. */
export interface Hints {
  subscribe(companyId: string, listener: Listener): () => void;
  /** The hints of a company after `version`; undefined where that version is not one of ours. */
  since(companyId: string, version: string): Promise<readonly LiveHint[] | undefined>;
  /** Something was committed here: look now instead of at the next beat. */
  wake(): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const createHints = (parts: {
  readonly outbox: Outbox;
  readonly ids: WireIds;
  readonly clock: Clock;
  readonly interval: number;
  readonly log: Log;
}): Hints => {
  const { outbox, ids, clock, interval, log } = parts;
  const listeners = new Map<string, Set<Listener>>();
  const stopping = new AbortController();
  let last = 0;
  let pause = new AbortController();
  let looping: Promise<void> | undefined;

  type Change = Awaited<ReturnType<Outbox['changesSince']>>['changes'][number];
  const hintOf = async ({ companyId, connectionId, accountId, version }: Change): Promise<LiveHint> => ({
    connectionId: connectionId ? await ids.connection(companyId, connectionId) : undefined,
    accountId: connectionId && accountId ? await ids.account(companyId, connectionId, accountId) : undefined,
    version: String(version),
  });

  const look = async (): Promise<void> => {
    const { version, changes } = await outbox.changesSince(last);
    last = version;
    for (const change of changes) {
      const interested = listeners.get(change.companyId);
      if (!interested) continue;
      const hint = await hintOf(change);
      for (const listener of interested)
        try {
          listener(hint);
        } catch (error) {
          // A stream that broke off takes nothing from the others.
          log.debug(errorFields(error), 'a hint could not be told');
        }
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      pause = new AbortController();
      try {
        await look();
      } catch (error) {
        log.warn(errorFields(error), 'changes could not be read; trying again');
      }
      await clock.sleep(interval, AbortSignal.any([pause.signal, stopping.signal]));
    }
  };

  return {
    subscribe(companyId, listener) {
      const interested = listeners.get(companyId) ?? new Set();
      listeners.set(companyId, interested.add(listener));
      return () => {
        interested.delete(listener);
        if (interested.size === 0) listeners.delete(companyId);
      };
    },
    async since(companyId, version) {
      const after = /^\d{1,15}$/.test(version) ? Number(version) : Number.NaN;
      if (Number.isNaN(after) || after > last) return undefined;
      const { version: reached, changes } = await outbox.changesSince(after, companyId);
      // More than one answer holds: reading everything again is the shorter way.
      if ((await outbox.changesSince(reached, companyId)).changes.length > 0) return undefined;
      return Promise.all(changes.map(hintOf));
    },
    wake: () => pause.abort(),
    async start() {
      last = (await outbox.changesSince(Number.MAX_SAFE_INTEGER)).version;
      looping = loop();
    },
    async stop() {
      stopping.abort();
      await looping;
    },
  };
};

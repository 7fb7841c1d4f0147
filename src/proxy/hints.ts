import type { LiveHint } from '../contract/schemas.ts';
import type { Clock } from '../outbox/model.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { WireIds } from './ids.ts';
import { errorFields, type Log } from './log.ts';

/** `id` is what a stream that broke off asks on from. */
type Listener = (hint: LiveHint, id: string) => void;

/** Beyond every change: only where to go on is asked for. */
const newest = Number.MAX_SAFE_INTEGER;
const mostMissed = 1000;

/** Tells open streams that something changed, whichever instance changed it. Hints carry no data. */
export interface Hints {
  subscribe(companyId: string, listener: Listener): () => void;
  /** What a company missed since this id, and the id after it; undefined for an unknown id, or one too long ago. */
  since(
    companyId: string,
    id: string,
  ): Promise<{ readonly missed: readonly LiveHint[]; readonly id: string } | undefined>;
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
  /** Hears of a company whose connections changed, before streams are told: another instance may have done it. */
  readonly changed: (companyId: string) => void;
  readonly log: Log;
}): Hints => {
  const { outbox, ids, clock, interval, changed, log } = parts;
  const listeners = new Map<string, Set<Listener>>();
  const stopping = new AbortController();
  /** Everything before it was told. */
  let last = 0;
  /** What was told from there on. */
  let told = new Set<string>();
  let pause = new AbortController();
  let looping: Promise<void> | undefined;

  type Change = Awaited<ReturnType<Outbox['changesSince']>>['changes'][number];
  const hintOf = async ({ companyId, connectionId, accountId, version }: Change): Promise<LiveHint> => ({
    connectionId: connectionId ? await ids.connection(companyId, connectionId) : undefined,
    accountId: connectionId && accountId ? await ids.account(companyId, connectionId, accountId) : undefined,
    version: String(version),
  });

  const look = async (): Promise<void> => {
    const from = last;
    const { version, changes } = await outbox.changesSince(listeners.size > 0 ? from : newest);
    const again = new Set<string>();
    const fresh: Change[] = [];
    for (const change of changes) {
      const { companyId, connectionId, accountId } = change;
      const mark = JSON.stringify([companyId, connectionId, accountId, change.version]);
      if (change.version >= version) again.add(mark);
      if (!told.has(mark)) fresh.push(change);
    }
    last = version;
    told = again;
    for (const change of fresh) {
      const interested = listeners.get(change.companyId);
      if (!interested) continue;
      if (change.accountId === '') changed(change.companyId);
      const hint = await hintOf(change);
      for (const listener of interested)
        try {
          listener(hint, String(from));
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
    async since(companyId, id) {
      const after = /^\d{1,15}$/.test(id) ? Number(id) : Number.NaN;
      if (Number.isNaN(after) || after > last) return undefined;
      const { version, changes } = await outbox.changesSince(after, companyId);
      // Many: reading everything again is the shorter way.
      if (changes.length > mostMissed) return undefined;
      return { missed: await Promise.all(changes.map(hintOf)), id: String(version) };
    },
    wake: () => pause.abort(),
    async start() {
      last = (await outbox.changesSince(newest)).version;
      looping = loop();
    },
    async stop() {
      stopping.abort();
      await looping;
    },
  };
};

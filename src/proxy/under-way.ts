import type { Clock } from '../outbox/model.ts';

/** What is being answered, so that an end can wait for it. */
export interface UnderWay {
  /** Something begins; what is answered is called once, at its end. */
  begin(): () => void;
  /** Resolves when nothing is under way any more, or after `ms`, with how much still was. */
  ended(ms: number): Promise<number>;
}

export const createUnderWay = (clock: Pick<Clock, 'sleep'>): UnderWay => {
  let count = 0;
  const idle = new Set<() => void>();
  return {
    begin() {
      count += 1;
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        count -= 1;
        if (count === 0) for (const tell of idle) tell();
      };
    },
    async ended(ms) {
      const waited = new AbortController();
      const tell = (): void => waited.abort();
      idle.add(tell);
      if (count > 0) await clock.sleep(ms, waited.signal);
      idle.delete(tell);
      return count;
    },
  };
};

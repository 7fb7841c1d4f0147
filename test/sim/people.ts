/**
 * Those who look after held lines. They look into the books before they say that lines are there or are not, and now
 * and then ask for what may not be: then the answer has to be no.
 */
import type { HeldAddress, HeldFeed } from '../../src/outbox/operating.ts';
import type { Codat } from './codat.ts';
import type { HostParts, Stream } from './host.ts';

const minute = 60_000;

export const written = 'written already';
const unwanted = 'not wanted';

export interface People {
  /** Lines that were refused, and that somebody was told are set aside: `connection/id`. */
  readonly setAside: ReadonlySet<string>;
  readonly working: boolean;
}

export const lookAfter = (parts: HostParts, codat: Codat, streams: readonly Stream[], until: number): People => {
  const { scheduler, random, call } = parts;
  const setAside = new Set<string>();
  const wait = (ms: number): Promise<void> => new Promise((resolve) => scheduler.after(ms, resolve));

  const isThere = ({ companyId, accountId }: HeldAddress, id: string): boolean =>
    codat.landings.some(
      (landing) =>
        landing.companyId === companyId &&
        landing.accountId === accountId &&
        landing.lines.some((text) => text.includes(`"id":"${id}"`)),
    );
  const some = (ids: readonly string[]): readonly string[] => {
    const from = random.int(0, Math.max(0, ids.length - 1));
    return ids.slice(from, from + random.int(1, 3));
  };
  const skip = (address: HeldAddress, ids: readonly string[], reason: string) =>
    ids.length === 0 ? undefined : call((outbox) => outbox.skip(address, ids, reason));
  const retry = (address: HeldAddress, { since }: HeldFeed, notWritten = false) =>
    call((outbox) => outbox.retry(address, { notWritten, since }));
  const resume = (address: HeldAddress) => call((outbox) => outbox.resume(address));

  /** Lines that may be in the books: nobody says anything before nothing can come there any more. */
  const settleDoubt = async (hold: HeldFeed, address: HeldAddress, stopped: readonly string[]): Promise<void> => {
    if (random.chance(0.3)) await (random.chance(0.5) ? retry(address, hold) : resume(address));
    if (codat.busy > 0 || Date.parse(hold.since) > scheduler.now - 5 * minute) return;
    // Somebody looks at the wrong account; Codat knows better by now.
    const { status } = (hold.operationKey === undefined ? undefined : codat.get(hold.operationKey)) ?? {};
    if (status === 'success' && random.chance(0.5)) return void (await retry(address, hold, true));
    const there = stopped.filter((id) => isThere(address, id));
    if (there.length < stopped.length) return void (await retry(address, hold, true));
    await skip(address, random.chance(0.6) ? there.slice(0, 1) : there, written);
    if (random.chance(0.5)) await resume(address);
  };

  const act = async (hold: HeldFeed): Promise<void> => {
    const { companyId, accountId, connectionId = null, reason, mayBeWritten } = hold;
    const address = { companyId, accountId, connectionId };
    const listed = await call((outbox) => outbox.lines(address, { limit: 1000 }));
    if (listed === undefined) return;
    const of = (...states: string[]): string[] =>
      listed.items.filter(({ state }) => states.includes(state)).map(({ id }) => id);
    if (mayBeWritten) return settleDoubt(hold, address, of('stopped'));
    switch (reason) {
      case 'refused': {
        const lines = some(of('stopped'));
        const told = random.chance(0.6) ? await skip(address, lines, unwanted) : undefined;
        if (told !== undefined) for (const id of lines) setAside.add(`${connectionId ?? ''}/${id}`);
        await (random.chance(0.3) ? retry(address, hold) : resume(address));
        return;
      }
      case 'late':
        await retry(address, hold);
        if (random.chance(0.5)) await skip(address, some(of('late')), 'entered by hand');
        return;
      default:
        if (random.chance(0.3)) await skip(address, some(of('waiting', 'sending')), unwanted);
        if (random.chance(0.3)) await retry(address, hold);
        if (random.chance(0.5)) await resume(address);
    }
  };

  /** Lines that may be anywhere: those on their way cannot be taken back. */
  const takeBack = async (): Promise<void> => {
    const { companyId, accountId, lines } = random.pick(streams);
    if (lines.size > 0) await skip({ companyId, accountId }, some([...lines.keys()].slice(-5)), unwanted);
  };

  const people = { setAside, working: true };
  const work = async (): Promise<void> => {
    while (scheduler.now < until) {
      await wait(random.int(1, 10) * minute);
      if (random.chance(0.3)) await takeBack();
      const found = await call((outbox) => outbox.held());
      for (const hold of found?.items ?? []) if (random.chance(0.8)) await act(hold);
    }
    people.working = false;
  };
  void work();
  return people;
};

/** One run: a company with three accounts hands lines over while something happens; then its books are judged. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../sim/random.ts';
import type { Fleet } from './fleet.ts';
import { countsOf, handOver, lineMaker, type Stream } from './host.ts';
import { judge, type Verdict } from './judge.ts';
import { accountIds } from './messages.ts';
import { plan, type FaultPlan, type Upstream } from './upstream.ts';

export interface World {
  readonly upstream: Upstream;
  readonly fleet: Fleet;
  readonly random: Random;
  /** Of all runs: judged once more at the end. */
  readonly streams: Stream[];
}

export interface Trial {
  readonly faults: FaultPlan;
  /** What happens while lines are handed over. Resolves when it has happened, or cannot any more. */
  readonly act: (during: During) => Promise<void>;
  readonly rounds?: number | undefined;
}

export interface During {
  readonly companyId: string;
  /** Whether everything is handed over and delivered. */
  readonly over: () => boolean;
}

export interface Outcome extends Verdict {
  readonly companyId: string;
  /** Why it did not come to an end by itself. */
  readonly stuck?: string | undefined;
  /** An operation had to be looked for. */
  readonly reconciled: boolean;
}

const platforms = ['gbol', 'olpr', 'qudb', 'akxx'] as const;
const drainWithin = 120_000;

export const runTrial = async ({ upstream, fleet, random, streams }: World, trial: Trial): Promise<Outcome> => {
  const { sandbox } = upstream;
  const day = new Date(Date.now() - 60 * 86_400_000).toISOString().slice(0, 10);
  const { companyId } = sandbox.control.seed({
    accounts: accountIds.length,
    mapped: accountIds.length,
    platformKey: random.pick(platforms),
    feedStartDate: day,
  });
  plan(sandbox, companyId, random, trial.faults);
  const logged = fleet.slots.map(({ log }) => log.length);
  const own = accountIds.map((accountId): Stream => ({ companyId, accountId, lines: [] }));
  streams.push(...own);

  const feed = async (stream: Stream): Promise<void> => {
    const make = lineMaker(random, `${companyId.slice(0, 8)}-${stream.accountId.slice(-1)}`);
    for (let round = 0; round < (trial.rounds ?? 5); round += 1) {
      const lines = Array.from({ length: random.int(1, 40) }, make);
      stream.lines.push(...lines);
      await handOver(fleet, random, stream, lines);
      await delay(random.int(0, 400));
    }
  };
  let over = false;
  const load = Promise.all(own.map(feed));
  const drain = async (): Promise<string | undefined> => {
    await load;
    const lines = own.reduce((sum, stream) => sum + stream.lines.length, 0);
    for (const end = Date.now() + drainWithin; ; await delay(40)) {
      const landed = sandbox.ledger.entries({ companyId }).length;
      const counts = landed < lines ? undefined : await countsOf(fleet, random, companyId);
      if (counts?.delivered === lines && counts.held === 0) return undefined;
      if (Date.now() < end) continue;
      const said = await countsOf(fleet, random, companyId);
      return `${landed} of ${lines} lines landed; ${JSON.stringify(said)}`;
    }
  };
  const drained = drain().finally(() => (over = true));
  const [stuck] = await Promise.all([drained, trial.act({ companyId, over: () => over })]);
  const said = fleet.slots.flatMap(({ log }, n) => log.slice(logged[n]));
  return { ...judge(own, sandbox), companyId, stuck, reconciled: said.some((line) => line.includes('was in doubt')) };
};

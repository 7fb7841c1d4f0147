/** What a tester brings about from behind the scenes: at the bank, inside the software, and as the bank's support. */
import type { CodatClient } from 'bank-feed-elements/codat';
import type { BankFeedProxy, HeldFeed } from 'bank-feed-elements/proxy';
import { ControlError, type Sandbox } from 'bank-feed-elements/sandbox';
import type { Address } from './address.ts';
import type { Customer, Customers } from './customers.ts';
import type { Line } from './line.ts';
import type { Troubles } from './troubles.ts';

/** Something a visitor of the page can put right. */
export class BankError extends Error {}

export interface Backstage {
  /** From now on this customer meets what the address says. */
  choose(customer: Customer, address: Address, query: string): Promise<void>;
  /** The customer spends and earns. */
  make(customer: Customer, accountId: string, count: number): Promise<object>;
  /** What the customer could do inside the accounting software; answers what was done. */
  inSoftware(customer: Customer, action: string, accountId: string): Promise<string>;
  held(customer: Customer): Promise<readonly HeldFeed[]>;
  /** What the bank's support does about held lines; answers what was done. */
  support(customer: Customer, action: string, accountId: string, connectionId: string | null): Promise<string>;
}

const mostLines = 5000;

export const createBackstage = (parts: {
  readonly customers: Customers;
  readonly proxy: Pick<BankFeedProxy, 'push' | 'feeds' | 'sessions'>;
  readonly line: Pick<Line, 'cut'>;
  /** Not with the real Codat. */
  readonly simulated?:
    | { readonly sandbox: Sandbox; readonly codat: CodatClient; readonly troubles: Troubles }
    | undefined;
}): Backstage => {
  const { customers, proxy, line, simulated } = parts;

  const inSoftware = async ({ company }: Customer, action: string, accountId: string): Promise<string> => {
    if (!simulated) throw new BankError('Open the real software for that.');
    const { codat, sandbox } = simulated;
    const { results } = await codat.listConnections(company.id, { pageSize: 100 });
    const linked = results.find(({ status }) => status === 'Linked');
    if (!linked) throw new BankError('No software is connected.');
    const of = [company.id, linked.id] as const;
    switch (action) {
      case 'revoke':
        sandbox.control.revoke(...of);
        return 'Access was withdrawn in the software.';
      case 'end':
        sandbox.control.disconnectAccount(...of, accountId);
        return 'The account’s feed was ended in the software.';
      case 'collect':
        return `The software took ${sandbox.control.collect(...of)} transactions.`;
      default:
        throw new BankError('The software knows no such action.');
    }
  };

  return {
    async choose(customer, { choices }, query) {
      const before = customer.fault;
      const { fault } = choices;
      const now = customers.change(customer.name, { fault, latency: Number(choices.latency), query }) ?? customer;
      simulated?.troubles.set(now, before);
      if (fault.has('signed-out') && !before.has('signed-out'))
        await proxy.sessions.revoke({ companyId: customer.company.id });
      if (fault.has('offline') && !before.has('offline')) line.cut(customer.name);
    },
    async make(customer, accountId, count) {
      if (!Number.isInteger(count) || count < 1 || count > mostLines)
        throw new BankError(`Make 1 to ${mostLines} transactions at a time.`);
      const { ledger, company } = customer;
      const result = await ledger.make(accountId, count, { until: new Date(), days: 0 }, (transactions) => {
        simulated?.troubles.meet(
          customer,
          transactions.map(({ id }) => id),
        );
        return proxy.push({ companyId: company.id, accountId, transactions });
      });
      return { made: count, ...result };
    },
    async inSoftware(customer, action, accountId) {
      try {
        return await inSoftware(customer, action, accountId);
      } catch (error) {
        throw error instanceof ControlError ? new BankError(error.message) : error;
      }
    },
    held: async ({ company }) => (await proxy.feeds.held({ companyId: company.id })).items,
    async support({ company }, action, accountId, connectionId) {
      const feed = { companyId: company.id, accountId, connectionId };
      if (action === 'retry') {
        const { lines } = await proxy.feeds.retry({ ...feed, notWritten: true });
        return `${lines} sent again.`;
      }
      if (action !== 'skip') throw new BankError('The bank’s support knows no such action.');
      const { items } = await proxy.feeds.lines({ ...feed, limit: 200 });
      const { lines, resume } = await proxy.feeds.skip({
        ...feed,
        ids: items.filter(({ state }) => state === 'stopped' || state === 'late').map(({ id }) => id),
        reason: 'Given up on the demo page',
      });
      if (resume) await proxy.feeds.resume(feed);
      return `${lines} will never be sent.`;
    },
  };
};

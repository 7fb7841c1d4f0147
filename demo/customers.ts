/** The customers of the demo bank. Each is a company of its own at Codat, so that nobody disturbs anybody. */
import { randomInt } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { sourceAccountSchema, type CompanyRef, type HostAccount } from 'bank-feed-elements/proxy';
import type { Choices, Fault } from './choices.ts';
import type { ScenarioName } from './scenarios.ts';
import { openBankLedger, type BankLedger } from './bank-ledger.ts';

/** What makes one customer different from another; it stays as it is for good. */
export type SetUp = Pick<Choices, 'size' | 'platform' | 'stage'> & { readonly scenario?: ScenarioName | undefined };

export interface Customer {
  /** As in the page's address, and the reference at the proxy. */
  readonly name: string;
  readonly company: CompanyRef;
  readonly ledger: BankLedger;
  readonly fault: ReadonlySet<Fault>;
  readonly latency: number;
  /** What the page's address says now: the accounting software brings its visitors back to it. */
  readonly query: string;
}

/** How customers get their companies. */
export interface Preparing {
  /** `keep` opens the books, before the proxy can ask for them. */
  make(
    name: string,
    setUp: SetUp,
    keep: (accounts: readonly HostAccount[]) => Promise<BankLedger>,
  ): Promise<CompanyRef>;
  /** One that was made before a restart. */
  reopen(name: string, setUp: SetUp): Promise<CompanyRef>;
}

export interface Customers {
  /** The customer of that name, made where nobody has it; undefined where one of another set-up has it. */
  open(name: string, setUp: SetUp): Promise<Customer | undefined>;
  find(name: string): Customer | undefined;
  ofCompany(companyId: string): Customer | undefined;
  /** The books behind a reference at the proxy. */
  ledger(reference: string | undefined): BankLedger | undefined;
  change(name: string, line: Pick<Customer, 'fault' | 'latency' | 'query'>): Customer | undefined;
}

const record = z.object({ setUp: z.record(z.string(), z.string()), accounts: z.array(sourceAccountSchema) });

const key = ({ scenario, size, platform, stage }: SetUp): Readonly<Record<string, string | undefined>> =>
  // How far the customer is counts for the software that was chosen for them.
  platform === 'any' ? { scenario, size, platform } : { scenario, size, platform, stage };

/** The company of every address that chooses nothing but the look; the only one with the real Codat. */
export const plain = { name: 'demo', setUp: { size: 'few', platform: 'any', stage: 'connected' } } as const satisfies {
  readonly name: string;
  readonly setUp: SetUp;
};

const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
export const freshName = (): string => Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');

export const openCustomers = async (folder: string, preparing: Preparing): Promise<Customers> => {
  await mkdir(folder, { recursive: true });
  const ledgers = new Map<string, BankLedger>();
  const setUps = new Map<string, string>();
  const known = new Map<string, Customer>();
  const opening = new Map<string, Promise<Customer>>();
  const file = (name: string): string => join(folder, `${name}.json`);

  // From before a restart: the proxy asks for their accounts before anybody opens their pages.
  for (const entry of await readdir(folder)) {
    const name = /^([a-z0-9-]+)\.json$/.exec(entry)?.[1];
    if (name === undefined) continue;
    const { setUp, accounts } = record.parse(JSON.parse(await readFile(file(name), 'utf8')));
    setUps.set(name, JSON.stringify(setUp));
    ledgers.set(name, await openBankLedger(accounts, join(folder, `${name}.books`)));
  }

  const make = async (name: string, setUp: SetUp): Promise<Customer> => {
    const company = ledgers.has(name)
      ? await preparing.reopen(name, setUp)
      : await preparing.make(name, setUp, async (accounts) => {
          await writeFile(file(name), JSON.stringify({ setUp: key(setUp), accounts }));
          const ledger = await openBankLedger(accounts, join(folder, `${name}.books`));
          ledgers.set(name, ledger);
          return ledger;
        });
    const ledger = ledgers.get(name);
    if (!ledger) throw new Error(`The customer ${name} has no books.`);
    const customer = { name, company, ledger, fault: new Set<Fault>(), latency: 0, query: '' };
    known.set(name, customer);
    return customer;
  };

  return {
    async open(name, setUp) {
      const wanted = JSON.stringify(key(setUp));
      if ((setUps.get(name) ?? wanted) !== wanted) return undefined;
      setUps.set(name, wanted);
      const there = opening.get(name);
      if (there) return (await there, known.get(name));
      const made = make(name, setUp);
      opening.set(name, made);
      made.catch(() => opening.delete(name));
      return made;
    },
    find: (name) => known.get(name),
    ofCompany: (companyId) => [...known.values()].find(({ company }) => company.id === companyId),
    ledger: (reference) => ledgers.get(reference ?? ''),
    change(name, line) {
      const before = known.get(name);
      if (!before) return undefined;
      const after = { ...before, ...line };
      known.set(name, after);
      return after;
    },
  };
};

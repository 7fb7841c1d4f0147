import * as z from 'zod';
import { isCodatError, type CodatClient } from '../codat/index.ts';
import type { Database } from '../store/database.ts';
import { currentConnection, type Asking, type CompanyView } from './company-view.ts';
import { errorFields, type Log } from './log.ts';
import type { HostAccount } from './source-accounts.ts';

export interface NamesOfAccounts {
  /**
   * Lets accounts at Codat follow the names that the host gives them. One that the customer renamed has another name
   * than the host last gave, and is left alone; so is one of which that is not known. Of the host's names a fingerprint
   * is kept. Never rejects: what did not work is tried with the next list, and what was refused where names change.
   */
  follow(companyId: string, offered: readonly HostAccount[]): Promise<void>;
  /** The customer calls it so, also where it is connected to other software. */
  keep(companyId: string, accountId: string, name: string): Promise<void>;
  /** The same accounts, by the names that the customer gave. */
  applied(companyId: string, offered: readonly HostAccount[]): Promise<readonly HostAccount[]>;
  forget(companyId: string): Promise<void>;
}

const rows = z.array(z.object({ account_id: z.string(), name: z.string() }));

const fingerprint = async (name: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name))).toString('base64url');

/** A page reads names at the same moment: what it was answered is good enough to compare them. */
const lately: Asking = { maxAge: 5_000 };
const isRefusal = (error: unknown): boolean =>
  isCodatError(error) && error.kind === 'http' && [400, 409, 422].includes(error.status);

export const createNames = (parts: {
  readonly database: Database;
  readonly codat: CodatClient;
  readonly view: CompanyView;
  readonly changed: (companyId: string, connectionId: string) => Promise<void>;
  readonly log: Log;
}): NamesOfAccounts => {
  const { database, codat, view, changed, log } = parts;
  /** What was compared last, by company: pages ask often, and names change rarely. */
  const compared = new Map<string, readonly unknown[]>();

  /** Whether Codat took the name. One that it refuses keeps no other account from its own. */
  const rename = async (companyId: string, connectionId: string, accountId: string, name: string): Promise<boolean> => {
    try {
      await codat.updateSourceAccount(companyId, connectionId, accountId, { accountName: name });
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.warn({ ...errorFields(error), companyId }, 'the new name of an account was refused');
      return false;
    }
  };

  const keepGiven = async (
    companyId: string,
    connectionId: string,
    names: ReadonlyMap<string, string>,
  ): Promise<unknown> =>
    database.query(
      `insert into given_name (company_id, connection_id, account_id, name)
       select $1, $2, account_id, name from unnest($3::text[], $4::text[]) as given (account_id, name)
       on conflict (company_id, connection_id, account_id) do update set name = excluded.name`,
      [companyId, connectionId, [...names.keys()], [...names.values()]],
    );

  const compare = async (companyId: string, offered: readonly HostAccount[]): Promise<void> => {
    const connection = currentConnection(await view.connections(companyId, lately));
    // What is not linked any more takes no change.
    if (connection?.status !== 'linked' && connection?.status !== 'pending') return;
    const given = new Map(offered.map(({ id, accountName }) => [id, accountName]));
    const accounts = (await view.accounts(companyId, connection, lately)).filter(({ id }) => given.has(id));
    const state: unknown[] = [connection.id];
    for (const { id, accountName } of accounts) state.push(id, accountName, given.get(id));
    const before = compared.get(companyId);
    if (before?.length === state.length && before.every((part, index) => part === state[index])) return;

    const answer = await database.query(
      `select account_id, name from given_name where company_id = $1 and connection_id = $2 and account_id = any($3::text[])`,
      [companyId, connection.id, accounts.map(({ id }) => id)],
    );
    const kept = new Map(rows.parse(answer.rows).map(({ account_id, name }) => [account_id, name]));
    const fresh = new Map<string, string>();
    let renamed = false;
    for (const { id, accountName } of accounts) {
      const now = given.get(id) ?? '';
      const print = await fingerprint(now);
      if (kept.get(id) === print) continue;
      if (accountName !== now) {
        if (kept.get(id) !== (await fingerprint(accountName ?? ''))) continue;
        if (!(await rename(companyId, connection.id, id, now))) continue;
        renamed = true;
      }
      fresh.set(id, print);
    }
    if (fresh.size > 0) await keepGiven(companyId, connection.id, fresh);
    if (renamed) await changed(companyId, connection.id);
    if (compared.size >= 10_000) compared.clear();
    compared.set(companyId, state);
  };

  return {
    async follow(companyId, offered) {
      try {
        await compare(companyId, offered);
      } catch (error) {
        log.warn({ ...errorFields(error), companyId }, 'new names of accounts could not be taken along; trying again');
      }
    },
    async keep(companyId, accountId, name) {
      await database.query(
        `insert into own_name (company_id, account_id, name) values ($1, $2, $3)
         on conflict (company_id, account_id) do update set name = excluded.name`,
        [companyId, accountId, name],
      );
    },
    async applied(companyId, offered) {
      const answer = await database.query('select account_id, name from own_name where company_id = $1', [companyId]);
      const own = new Map(rows.parse(answer.rows).map(({ account_id, name }) => [account_id, name]));
      return own.size === 0
        ? offered
        : offered.map((account) => ({ ...account, accountName: own.get(account.id) ?? account.accountName }));
    },
    async forget(companyId) {
      compared.delete(companyId);
      for (const table of ['given_name', 'own_name'])
        await database.query(`delete from ${table} where company_id = $1`, [companyId]);
    },
  };
};

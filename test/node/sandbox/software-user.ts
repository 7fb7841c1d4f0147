import assert from 'node:assert/strict';
import * as z from 'zod';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { type Page, unescaped, visitor } from './visitor.ts';

export interface EnteredCredentials {
  readonly username: string;
  readonly password: string;
  /** The host's own ids; all that can be ticked where not given. */
  readonly accountIds?: readonly string[] | undefined;
  /** By the host's id, the name of the account in QuickBooks that it feeds; a new one where not given. */
  readonly targets?: Readonly<Record<string, string>> | undefined;
  /** `YYYY-MM-DD`; what QuickBooks proposes where not given. */
  readonly startDate?: string | undefined;
}

export interface EnteredPassword {
  readonly codatConnectionId: string;
  readonly otp: string;
  /** The host's own id; the first that is not connected where not given. */
  readonly accountId?: string | undefined;
  /** The account in Sage; the first that fits and has no feed where not given. */
  readonly target?: string | undefined;
}

const chosenAccounts = z.array(
  z.object({ id: z.string(), accountType: z.string(), currency: z.string(), status: z.string() }),
);

/** What can be ticked, by its value. */
const offered = (page: Page): string[] =>
  [...page.text.matchAll(/<input\b[^>]*\sname="account"[^>]*>/g)]
    .filter(([tag]) => !/\sdisabled/.test(tag))
    .map(([tag]) => unescaped(/\svalue="([^"]*)"/.exec(tag)?.[1] ?? ''));

const optionOf = (page: Page, select: string, words: string): string => {
  const selects = page.text.matchAll(/<select name="([^"]*)">([\s\S]*?)<\/select\s*>/g);
  const inside = [...selects].find(([, name = '']) => unescaped(name) === select)?.[2] ?? '';
  const options = [...inside.matchAll(/<option value="([^"]*)"[^>]*>([\s\S]*?)<\/option/g)];
  const found = options.find(([, , text = '']) => unescaped(text).includes(words));
  if (found?.[1] === undefined) throw new Error(`${select} has no option "${words}".`);
  return found[1];
};

/** The page, or what it says is wrong. */
const taken = (page: Page): Page => {
  if (page.status < 400) return page;
  const problem = /<p class="problem"[^>]*>([^<]*)</.exec(page.text)?.[1] ?? page.heading;
  throw new Error(`The software refused with ${page.status}: ${unescaped(problem).trim()}`);
};

/** A customer of one company at the simulated software's own pages, typing in what the bank showed. */
export function softwareUser(sandbox: Sandbox, companyId: string) {
  const browser = visitor({ sandbox });
  const { follow, send } = browser;

  const booksOf = async (segment: 'quickbooks' | 'sage', platformKey: string): Promise<Page> => {
    const [business] = sandbox.control.organizations(companyId, platformKey);
    return follow(await browser.open(`/software/${segment}?company=${companyId}`), business?.name ?? '');
  };

  const chosenOf = async (connectionId: string) => {
    const path = `/companies/${companyId}/connections/${connectionId}/connectionInfo/bankFeedAccounts`;
    const authorization = `Basic ${Buffer.from(sandbox.apiKey).toString('base64')}`;
    const response = await sandbox.fetch(new Request(`http://sandbox.test${path}`, { headers: { authorization } }));
    return chosenAccounts.parse(await response.json());
  };

  return {
    /** From the door of QuickBooks to connected accounts. */
    async enterCredentials({ username, password, accountIds, targets = {}, startDate }: EnteredCredentials) {
      const search = await follow(await booksOf('quickbooks', 'hcws'), 'Link account');
      const found = await send(search, 'Search', { q: 'bank' });
      const signIn = await follow(found, 'Bank feed');
      const choice = taken(await send(signIn, 'Sign in', { username, password, agree: 'yes' }));
      const ticked = accountIds ?? offered(choice);
      const fill: Record<string, string | readonly string[]> = { account: ticked };
      for (const id of ticked) {
        const target = targets[id];
        if (target !== undefined) fill[`target ${id}`] = optionOf(choice, `target ${id}`, target);
        if (startDate !== undefined) fill[`start ${id}`] = startDate;
      }
      return taken(await send(choice, 'Connect', fill));
    },

    /** From the door of Sage to one account that is connecting. */
    async enterOneTimePassword({ codatConnectionId, otp, accountId, target }: EnteredPassword) {
      const chosen = await chosenOf(codatConnectionId);
      const account = chosen.find(({ id, status }) =>
        accountId === undefined ? status !== 'connected' : id === accountId,
      );
      assert.ok(account, 'no account was chosen that could be connected');
      const kind = ['creditCard', 'loan'].includes(account.accountType) ? 'card' : 'bank';
      const [business] = sandbox.control.organizations(companyId, 'olpr');
      const fitting = business?.accounts.find(
        ({ feed, currency, kind: own }) => feed === undefined && currency === account.currency && own === kind,
      );
      const wanted = target ?? fitting?.name;
      assert.ok(wanted, 'no account in Sage fits');
      const search = await follow(await follow(await booksOf('sage', 'olpr'), wanted), 'Connect Bank');
      const signIn = taken(await send(await send(search, 'Search', { q: 'bank' }), 'Connect this bank'));
      const choice = taken(await send(signIn, 'Sign in', { connectionId: codatConnectionId, otp }));
      return taken(await send(choice, 'Confirm', { account: account.id }));
    },

    /** Signs in at the page behind a link, and refuses. */
    async refuse(linkUrl: string) {
      const { pathname, search } = new URL(linkUrl);
      const signIn = taken(await browser.open(`${pathname}${search}`));
      return send(await send(signIn, 'Sign in'), 'Refuse');
    },
  };
}

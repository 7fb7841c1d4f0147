/** The pages of software that is entered by its own door. */
import type { Context, Hono } from 'hono';
import { collect } from '../collecting.ts';
import type { Core } from '../core.ts';
import { address, type Books, booksIn, type Entry } from './books.ts';
import { showBusinesses } from './businesses.ts';
import { askDisconnect, disconnectAccount } from './ending.ts';
import { redirect } from './layout.ts';
import { connectAccounts, showAccounts } from './quickbooks-accounts.ts';
import { answerSignIn, showBankSearch, showSignIn, signedIn } from './quickbooks.ts';
import { formOf, missing, queryOf } from './requests.ts';
import { confirmAccount, leaveForBank, returned, showAccountChoice, showBankChoice } from './sage.ts';
import { showTransactions } from './transactions.ts';

type Answer = Response | Promise<Response>;

export function addBusinesses(app: Hono, core: Core, entry: Entry): void {
  const base = `/software/${entry.segment}`;
  const own = `${base}/:organizationId`;
  const inside = (answer: (books: Books, context: Context) => Answer) => async (context: Context) => {
    const books = booksIn(core, entry, context.req.param('organizationId') ?? '');
    return books === undefined ? missing() : answer(books, context);
  };
  app.get(base, (context) => showBusinesses(core, entry, context.req.query('company')));
  app.get(
    own,
    inside((books, context) => showTransactions({ ...books, query: queryOf(context) })),
  );
  app.get(
    `${own}/disconnect`,
    inside((books, context) => askDisconnect(books, queryOf(context))),
  );
  app.post(
    `${own}/disconnect`,
    inside((books, context) => disconnectAccount(books, queryOf(context))),
  );
  if (entry.segment === 'quickbooks') addQuickBooks(app, own, inside);
  else addSage(app, own, inside);
}

type Inside = (answer: (books: Books, context: Context) => Answer) => (context: Context) => Promise<Response>;

function addQuickBooks(app: Hono, own: string, inside: Inside): void {
  app.post(
    `${own}/update`,
    inside(({ core, connections, path }) => {
      const landed = connections.reduce((sum, connection) => sum + collect(core, connection), 0);
      return redirect(address(path, { updated: String(landed) }));
    }),
  );
  app.get(
    `${own}/link`,
    inside((books, context) => showBankSearch(books, queryOf(context))),
  );
  app.get(
    `${own}/link/sign-in`,
    inside((books) => showSignIn(books)),
  );
  app.post(
    `${own}/link/sign-in`,
    inside(async (books, context) => answerSignIn(books, await formOf(context))),
  );
  app.get(
    `${own}/link/accounts`,
    inside((books, context) => {
      const query = queryOf(context);
      const connection = signedIn(books, query);
      return typeof connection === 'string'
        ? showSignIn(books, connection)
        : showAccounts(books, connection, { query });
    }),
  );
  app.post(
    `${own}/link/accounts`,
    inside(async (books, context) => {
      const query = queryOf(context);
      const form = await formOf(context);
      // After the form has come: until then the connection can change.
      const connection = signedIn(books, query);
      if (typeof connection === 'string') return showSignIn(books, connection);
      return connectAccounts(books, connection, { query, form });
    }),
  );
}

function addSage(app: Hono, own: string, inside: Inside): void {
  const target = (context: Context): string => context.req.param('targetId') ?? '';
  app.get(
    `${own}/accounts/:targetId/connect`,
    inside((books, context) => showBankChoice(books, target(context), queryOf(context))),
  );
  app.post(
    `${own}/accounts/:targetId/connect`,
    inside((books, context) => leaveForBank(books, target(context))),
  );
  app.get(
    `${own}/authorized`,
    inside(async (books, context) => {
      const visit = await returned(books, queryOf(context).get('state') ?? '');
      return visit instanceof Response ? visit : showAccountChoice(visit);
    }),
  );
  app.post(
    `${own}/authorized`,
    inside(async (books, context) => {
      const form = await formOf(context);
      const visit = await returned(books, form.get('state') ?? '');
      return visit instanceof Response ? visit : confirmAccount(visit, form.get('account') ?? '');
    }),
  );
}

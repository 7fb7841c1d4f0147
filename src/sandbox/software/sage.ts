/** Inside Sage: find the bank for one of Sage's accounts, go there and come back, pick the account that feeds it. */
import { html } from 'hono/html';
import { beginAuthorization } from '../authorizations.ts';
import { beginConnecting, currencyRefusal, fits, usualStart } from '../feeds.ts';
import { link } from '../linking.ts';
import type { ConnectionRecord, SourceAccountRecord, TargetAccountRecord } from '../records.ts';
import { bankSearch, theBank } from './banks.ts';
import { address, type Books, feederOf, frameOf } from './books.ts';
import { formatMoney, masked } from './format.ts';
import { type Markup, messagePage, panelPage, problem, redirect } from './layout.ts';

const missing = (books: Books): Promise<Response> =>
  messagePage(books.behaviour.softwareName, 'There is nothing here', 'This account does not exist.', {
    ...frameOf(books),
    status: 404,
  });

const targetOf = ({ organization }: Books, targetId: string): TargetAccountRecord | undefined =>
  organization.accounts.find(({ id }) => id === targetId);

export function showBankChoice(books: Books, targetId: string, query: URLSearchParams): Promise<Response> {
  const target = targetOf(books, targetId);
  if (target === undefined) return missing(books);
  return panelPage({
    ...frameOf(books),
    title: 'Connect Bank',
    body: html`<p class="muted">Step 1 of 3</p>
      <h1>Connect a bank to <bdi translate="no">${target.name}</bdi></h1>
      <p>Search for your bank by name.</p>
      ${bankSearch(
        books.core,
        query,
        (name) =>
          html`<form method="post">
            <p>Found: <bdi translate="no">${name}</bdi></p>
            <div class="buttons"><button>Connect this bank</button></div>
          </form>`,
      )}
      <p><a href="${address(books.path, { account: target.id })}">Back to the account</a></p>`,
  });
}

/** Off to the bank's sign-in: its own page where it has one, else the page that asks for a one-time password. */
export function leaveForBank(books: Books, targetId: string): Promise<Response> | Response {
  const { core, organization, path } = books;
  const target = targetOf(books, targetId);
  if (target === undefined) return missing(books);
  const bankId = theBank(core).id;
  const { id } = beginAuthorization(core, bankId, { organizationId: organization.id, targetId: target.id });
  const own = core.sageLoginUrl;
  if (own === undefined) return redirect(address('/link/sage', { authorizationId: id }));
  const login = new URL(own);
  login.searchParams.set('authorizationId', id);
  login.searchParams.set('redirectUri', `${core.baseUrl()}${path}/authorized`);
  login.searchParams.set('bankId', bankId);
  return redirect(login.href);
}

interface Visit {
  readonly books: Books;
  readonly state: string;
  readonly target: TargetAccountRecord;
  readonly connection: ConnectionRecord;
}

/** The user as the bank sent them back; or the page that says why not. */
export function returned(books: Books, state: string): Visit | Promise<Response> {
  const { core, organization, behaviour } = books;
  const authorization = core.world.authorizations.get(state);
  const { organizationId, targetId = '' } = authorization?.target ?? {};
  const target = organizationId === organization.id ? targetOf(books, targetId) : undefined;
  const say = (title: string, text: string) =>
    messagePage(behaviour.softwareName, title, text, {
      ...frameOf(books),
      status: 401,
      links: html`<p><a class="button" href="${books.path}">Back to banking</a></p>`,
    });
  if (target === undefined) {
    return say('This sign-in is over', 'It was finished already, or it never began here. Choose Connect Bank again.');
  }
  const connection = core.world.connections.get(authorization?.connectionId ?? '');
  if (connection === undefined) {
    return say('Your bank did not confirm who you are', 'Nothing was connected. Choose Connect Bank again.');
  }
  const other = core.world.organizationOf(connection);
  if (connection.status === 'Linked' && other !== undefined && other.id !== organization.id) {
    return say('This connection is in use', `It feeds ${other.name}. Ask your bank for a connection of its own.`);
  }
  return { books, state, target, connection };
}

/** Whether the feed of this account goes on, because only its connection had ended. */
const goesOn = ({ connection, target }: Visit, { status, targetId }: SourceAccountRecord): boolean =>
  connection.status !== 'Linked' && status === 'connected' && targetId === target.id;

/** Why this account cannot feed the account of Sage; undefined when it can. */
function refusalOf(visit: Visit, account: SourceAccountRecord): string | undefined {
  const { books, target } = visit;
  if (goesOn(visit, account)) return undefined;
  if (account.status === 'connected' || account.connecting !== undefined) return 'It feeds another account already.';
  const refusal = currencyRefusal(account, books.organization);
  if (refusal !== undefined) return refusal;
  if (account.currency !== target.currency) {
    return `It is in ${account.currency ?? 'no currency'}; ${target.name} is in ${target.currency}.`;
  }
  return fits(account, target) ? undefined : `It is of another type than ${target.name}.`;
}

function accountChoice(visit: Visit, account: SourceAccountRecord): Markup {
  const { organization, behaviour } = visit.books;
  const { id, accountName, accountNumber, balance = '0', currency = organization.baseCurrency } = account;
  const refusal = refusalOf(visit, account);
  return html`<label class="choice"
    ><input type="radio" name="account" value="${id}" required ${refusal === undefined ? '' : 'disabled'} /><span
      ><bdi translate="no">${accountName ?? id}</bdi> <span class="muted" translate="no">${masked(accountNumber)}</span
      ><br /><span class="muted">${refusal ?? formatMoney(balance, currency, behaviour.books.locale)}</span></span
    ></label
  >`;
}

export function showAccountChoice(visit: Visit, refusal?: string): Promise<Response> {
  const { books, connection, target, state } = visit;
  const accounts = books.core.world.accountsOf(connection.id);
  const some = accounts.some((account) => refusalOf(visit, account) === undefined);
  return panelPage({
    ...frameOf(books),
    title: 'Choose the bank account',
    status: refusal === undefined ? 200 : 400,
    body: html`<p class="muted">Step 3 of 3</p>
      <h1>Which account feeds <bdi translate="no">${target.name}</bdi>?</h1>
      ${problem(refusal)} ${some ? html`<p>Transactions arrive from now on; earlier ones are not sent.</p>` : ''}
      ${accounts.length === 0 ? html`<p>Your bank offers no account here yet. Choose your accounts at your bank first.</p>` : ''}
      <form method="post">
        <input type="hidden" name="state" value="${state}" />
        <fieldset>
          <legend>Accounts at your bank</legend>
          ${accounts.map((account) => accountChoice(visit, account))}
        </fieldset>
        <div class="buttons">
          ${some ? html`<button>Confirm</button>` : ''}
          <a class="button quiet" href="${address(books.path, { account: target.id })}">Back to the account</a>
        </div>
      </form>`,
  });
}

export function confirmAccount(visit: Visit, accountId: string): Promise<Response> | Response {
  const { books, connection, target, state } = visit;
  const { core, organization, path } = books;
  const account = core.world.account(connection.id, accountId);
  if (account === undefined) return showAccountChoice(visit, 'Choose one of the accounts.');
  const refusal = refusalOf(visit, account);
  if (refusal !== undefined) return showAccountChoice(visit, `${account.accountName ?? accountId}: ${refusal}`);
  const feeder = feederOf(core, target);
  const another = feeder !== undefined && feeder !== account;
  if (another && core.world.connections.get(feeder.connectionId)?.status === 'Linked') {
    return showAccountChoice(visit, `${target.name} has a bank feed already. Disconnect that one first.`);
  }
  const keeps = goesOn(visit, account);
  if (connection.status !== 'Linked') link(core, connection, organization);
  if (!keeps) beginConnecting(core, account, { target, feedStartDate: usualStart(core, connection) });
  core.world.authorizations.delete(state);
  core.changed();
  return redirect(address(path, { account: target.id }));
}

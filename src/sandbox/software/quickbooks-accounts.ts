/** Inside QuickBooks, signed in to the bank: which accounts, into which of the books, from when. */
import { html } from 'hono/html';
import { isDate } from '../api/fields.ts';
import type { Core } from '../core.ts';
import { dayMs } from '../durations.ts';
import { beginConnecting, completeConnecting, currencyRefusal, fits } from '../feeds.ts';
import { link } from '../linking.ts';
import type { ConnectionRecord, SourceAccountRecord, TargetAccountRecord } from '../records.ts';
import { utc } from '../views.ts';
import { address, type Books, frameOf } from './books.ts';
import { formatMoney, masked } from './format.ts';
import { type Markup, pager, panelPage, problem, redirect } from './layout.ts';

const newAccount = 'new';
const accountsPerPage = 50;

const isFeeding = ({ status, ending }: SourceAccountRecord): boolean => status === 'connected' && ending === undefined;

const dayOf = (core: Core, daysAgo = 0): string => utc(core.clock.now() - daysAgo * dayMs).slice(0, 10);

const free = ({ organization }: Books, account: SourceAccountRecord): TargetAccountRecord[] =>
  organization.accounts.filter((target) => target.feed === undefined && fits(account, target));

const named = ({ accountName, id, accountNumber }: SourceAccountRecord): Markup =>
  html`<bdi translate="no">${accountName ?? id}</bdi>
    <span class="muted" translate="no">${masked(accountNumber)}</span>`;

function accountCard(books: Books, account: SourceAccountRecord, form: URLSearchParams): Markup {
  const { core, organization, behaviour } = books;
  if (isFeeding(account)) {
    return html`<div class="card">
      <p>${named(account)}<br /><span class="status connected">Connected already</span></p>
    </div>`;
  }
  const refusal = currencyRefusal(account, organization);
  if (refusal !== undefined) {
    return html`<div class="card">
      <p>${named(account)}</p>
      <p class="muted">${refusal}</p>
    </div>`;
  }
  const { id, currency = organization.baseCurrency, balance = '0' } = account;
  const wanted = form.get(`target ${id}`);
  const start = form.get(`start ${id}`) ?? dayOf(core, 7);
  return html`<div class="card" role="group" aria-label="${account.accountName ?? id}">
    <label class="choice"
      ><input
        type="checkbox"
        name="account"
        value="${id}"
        ${form.getAll('account').includes(id) ? 'checked' : ''}
      /><span
        >${named(account)}<br /><span class="muted"
          >${formatMoney(balance, currency, behaviour.books.locale)}</span
        ></span
      ></label
    >
    <div class="fields">
      <label
        >Account in QuickBooks<select name="target ${id}">
          <option value="${newAccount}">A new account</option>
          ${free(books, account).map(
            (target) =>
              html`<option value="${target.id}" translate="no" ${target.id === wanted ? 'selected' : ''}>
                ${target.name} (${target.currency})
              </option>`,
          )}
        </select></label
      >
      <label
        >Send transactions from<input type="date" name="start ${id}" value="${start}" max="${dayOf(core)}"
      /></label>
    </div>
  </div>`;
}

interface Asked {
  readonly query: URLSearchParams;
  /** As it was sent, to be shown again with what is wrong. */
  readonly form?: URLSearchParams;
  readonly refusal?: string;
}

export function showAccounts(
  books: Books,
  connection: ConnectionRecord,
  { query, form = new URLSearchParams(), refusal }: Asked,
): Promise<Response> {
  const accounts = books.core.world.accountsOf(connection.id);
  const offered = accounts.some((account) => !isFeeding(account) && !currencyRefusal(account, books.organization));
  const resumes = !offered && connection.status !== 'Linked' && accounts.some(isFeeding);
  const pages = Math.max(Math.ceil(accounts.length / accountsPerPage), 1);
  const page = Math.min(Math.max(Math.trunc(Number(query.get('page') ?? '1')) || 1, 1), pages);
  const shown = accounts.slice((page - 1) * accountsPerPage, page * accountsPerPage);
  const to = (number: number): string => address('', { ...Object.fromEntries(query), page: String(number) });
  return panelPage({
    title: 'Choose accounts',
    ...frameOf(books),
    status: refusal === undefined ? 200 : 400,
    body: html`<p class="muted">Step 3 of 3</p>
      <h1>Choose what to connect</h1>
      ${problem(refusal)}
      ${
        accounts.length === 0
          ? html`<p>Your bank offers no account here yet. Choose your accounts at your bank first, then come back.</p>`
          : html`<p>QuickBooks collects once a day, and takes the last seven days at most.</p>`
      }
      <form method="post">
        ${shown.map((account) => accountCard(books, account, form))}
        <div class="buttons">
          ${offered || resumes ? html`<button>Connect</button>` : ''}
          <a class="button quiet" href="${books.path}">Back to bank transactions</a>
        </div>
      </form>
      ${pager({ page, pages, to }, { before: 'Accounts before', after: 'More accounts' })}`,
  });
}

interface Choice {
  readonly account: SourceAccountRecord;
  readonly target: TargetAccountRecord | undefined;
  readonly start: string;
}

/** What the form asks for, or what is wrong with it in the user's words. */
function choicesOf(books: Books, connection: ConnectionRecord, form: URLSearchParams): Choice[] | string {
  const { core, organization } = books;
  const choices: Choice[] = [];
  for (const id of new Set(form.getAll('account'))) {
    const account = core.world.account(connection.id, id);
    if (account === undefined) return 'Your bank does not offer one of these accounts any more. Choose again.';
    if (isFeeding(account)) return `${account.accountName ?? id} is connected already.`;
    const refusal = currencyRefusal(account, organization);
    if (refusal !== undefined) return refusal;
    const wanted = form.get(`target ${id}`) ?? newAccount;
    const target = free(books, account).find((each) => each.id === wanted);
    if (wanted !== newAccount && target === undefined) {
      return `Choose another account in QuickBooks for ${account.accountName ?? id}: this one has a feed or does not fit.`;
    }
    if (target !== undefined && choices.some((each) => each.target === target)) {
      return `${target.name} can be fed by one account only. Choose different accounts in QuickBooks.`;
    }
    const start = form.get(`start ${id}`) ?? '';
    if (!/^\d{4}-\d\d-\d\d$/.test(start) || !isDate(start) || start > dayOf(core)) {
      return `Choose a start date for ${account.accountName ?? id}, today or earlier.`;
    }
    choices.push({ account, target, start });
  }
  const resumes = connection.status !== 'Linked' && core.world.accountsOf(connection.id).some(isFeeding);
  return choices.length === 0 && !resumes ? 'Tick at least one account to connect.' : choices;
}

export function connectAccounts(
  books: Books,
  connection: ConnectionRecord,
  { query, form }: Required<Pick<Asked, 'query' | 'form'>>,
): Promise<Response> | Response {
  const { core, organization, path } = books;
  const choices = choicesOf(books, connection, form);
  if (typeof choices === 'string') return showAccounts(books, connection, { query, form, refusal: choices });
  if (connection.status !== 'Linked') link(core, connection, organization);
  for (const { account, target, start } of choices) {
    beginConnecting(core, account, { target, feedStartDate: start });
    completeConnecting(core, account);
  }
  return redirect(address(path, { account: choices[0]?.account.targetId }));
}

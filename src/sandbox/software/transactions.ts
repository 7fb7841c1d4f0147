/** "Incoming bank transactions": what an accountant finds in the software, account by account. */
import { html } from 'hono/html';
import type { Core } from '../core.ts';
import type { TransactionRecord } from '../lines.ts';
import type { LedgerEntry, TargetAccountRecord } from '../records.ts';
import { address, type Books, feederOf, frameOf } from './books.ts';
import { counted, formatAmount, formatDate, formatMoney } from './format.ts';
import { type Markup, pager, renderPage } from './layout.ts';

const linesPerPage = 50;
const refreshSeconds = 3;

const feedStatus = (core: Core, target: TargetAccountRecord): { kind: string; word: string } => {
  const account = feederOf(core, target);
  const connection = account && core.world.connections.get(account.connectionId);
  if (account?.status === 'connected' && connection?.status !== 'Linked') return { kind: 'none', word: 'Disconnected' };
  if (account?.status === 'connected' && connection?.signInRevoked) return { kind: 'waiting', word: 'Needs attention' };
  if (account?.status === 'connected') return { kind: 'connected', word: 'Connected' };
  if (account?.connecting !== undefined) return { kind: 'waiting', word: 'Waiting' };
  return { kind: 'none', word: 'No bank feed' };
};

const transactions = (count: number): string => counted(count, 'transaction', 'transactions');

export interface View extends Books {
  readonly query: URLSearchParams;
}

/** The account asked for, else the one where a line landed last, else one that is fed, else the first. */
function chosen({ core, organization: { accounts }, query }: View): TargetAccountRecord | undefined {
  const wanted = query.get('account');
  const landed = ({ id }: TargetAccountRecord): string => core.ledger.linesOf(id).landedAt ?? '';
  const latest = accounts.toSorted((a, b) => (landed(a) < landed(b) ? 1 : landed(a) > landed(b) ? -1 : 0))[0];
  return (
    accounts.find(({ id }) => id === wanted) ??
    (latest !== undefined && landed(latest) !== '' ? latest : undefined) ??
    accounts.find(({ feed }) => feed !== undefined) ??
    accounts[0]
  );
}

const balanceOf = ({ behaviour }: Books, { balance, currency }: TargetAccountRecord): string =>
  formatMoney(balance, currency, behaviour.books.locale);

const accountCard = (view: View, target: TargetAccountRecord, current: boolean): Markup => {
  const { core, path, query } = view;
  const { kind, word } = feedStatus(core, target);
  const updates = query.get('updates') ?? undefined;
  return html`<li>
    <a href="${address(path, { account: target.id, updates })}" ${current ? 'aria-current=true' : ''}>
      <bdi translate="no">${target.name}</bdi>
      <span class="money">${balanceOf(view, target)}</span>
      <span class="row">
        <span class="status ${kind}">${word}</span>
        <span class="muted">${transactions(core.ledger.linesOf(target.id).length)}</span>
      </span>
    </a>
  </li>`;
};

const accountList = (view: View, label: string, targets: readonly TargetAccountRecord[], current: unknown): Markup =>
  targets.length === 0
    ? html``
    : html`<nav aria-label="${label}">
        <h2>${label}</h2>
        <ul class="accounts">
          ${targets.map((each) => accountCard(view, each, each === current))}
        </ul>
      </nav>`;

/** What the software shows of a line beside its amounts. */
function wording({ behaviour }: Books, target: TargetAccountRecord, line: TransactionRecord) {
  const { amount, counterparty, reference, transactionType } = line;
  const text = line.description || counterparty || line.id;
  // QuickBooks ignores counterparty and reference.
  if (behaviour.delivery === 'collected') return { text: line.description || line.id, details: '' };
  const details = [counterparty, reference].filter((part) => typeof part === 'string' && part !== '').join(' · ');
  if (!behaviour.transferIsOut || !transactionType) return { text, details };
  // FreeAgent writes the type into the description.
  const money = formatMoney(amount.replace('-', ''), target.currency, behaviour.books.locale);
  return { text: `${text}//${transactionType.toUpperCase()}/${money}`, details };
}

const row = (view: View, target: TargetAccountRecord, { transaction }: LedgerEntry): Markup => {
  const { amount, balance, date } = transaction;
  const { text, details } = wording(view, target, transaction);
  const incoming = !amount.startsWith('-');
  return html`<tr role="row">
    <td role="cell" class="date"><time datetime="${date}">${formatDate(date)}</time></td>
    <td role="cell" class="text">
      <bdi>${text}</bdi>${details === '' ? '' : html`<br /><bdi class="muted">${details}</bdi>`}
    </td>
    <td role="cell" class="money ${incoming ? 'empty' : ''}">${incoming ? '' : formatAmount(amount)}</td>
    <td role="cell" class="money ${incoming ? 'in' : 'empty'}">${incoming ? formatAmount(amount) : ''}</td>
    <td role="cell" class="money balance">${typeof balance === 'string' ? formatAmount(balance) : ''}</td>
  </tr>`;
};

function statement(view: View, target: TargetAccountRecord, pageNumber: number): Markup {
  const { core, path, query } = view;
  const lines = core.ledger.linesOf(target.id);
  const pages = Math.max(Math.ceil(lines.length / linesPerPage), 1);
  const number = Math.min(pageNumber, pages);
  const end = lines.length - (number - 1) * linesPerPage;
  const shown = lines.slice(Math.max(end - linesPerPage, 0), end).toReversed();
  const updates = query.get('updates') ?? undefined;
  const to = (page: number): string => address(path, { account: target.id, page: String(page), updates });
  return html`<section class="panel" aria-labelledby="account">
    <div>
      <h1 id="account"><bdi translate="no">${target.name}</bdi></h1>
      <p class="muted">${balanceOf(view, target)} · ${transactions(lines.length)} from the bank feed</p>
    </div>
    ${
      shown.length === 0
        ? html`<p>No bank transactions have arrived in this account yet.</p>`
        : html`<table class="lines" role="table" aria-label="Incoming bank transactions, newest first">
            <thead role="rowgroup">
              <tr role="row">
                <th role="columnheader" scope="col">Date</th>
                <th role="columnheader" scope="col">Description</th>
                <th role="columnheader" scope="col" class="money">Spent</th>
                <th role="columnheader" scope="col" class="money">Received</th>
                <th role="columnheader" scope="col" class="money">Balance</th>
              </tr>
            </thead>
            <tbody role="rowgroup">
              ${shown.map((entry) => row(view, target, entry))}
            </tbody>
          </table>`
    }
    ${pager({ page: number, pages, to }, { before: 'Newer transactions', after: 'Older transactions' })}
    ${accountActions(view, target)}
  </section>`;
}

/** What a person can do with one account's feed. */
function accountActions({ core, behaviour, path }: View, target: TargetAccountRecord): Markup {
  const feeder = feederOf(core, target);
  const connection = feeder && core.world.connections.get(feeder.connectionId);
  const isFed = feeder?.status === 'connected' || feeder?.connecting !== undefined;
  const connectable = behaviour.connects === 'one-time password' && (!isFed || connection?.status !== 'Linked');
  if (!isFed && !connectable) return html``;
  return html`<p class="actions">
    ${connectable ? html`<a class="button" href="${path}/accounts/${target.id}/connect">Connect Bank</a>` : ''}
    ${
      isFed && connection?.status === 'Linked'
        ? html`<a class="button grave" href="${address(`${path}/disconnect`, { account: target.id })}"
            >Disconnect this account</a
          >`
        : ''
    }
  </p>`;
}

/** What a person can do with the bank as a whole. */
function bankActions({ behaviour, path, connections }: View): Markup {
  const linked = connections.some(({ status }) => status === 'Linked');
  if (behaviour.connects === 'credentials') {
    return html`<div class="actions">
      ${linked ? html`<form method="post" action="${path}/update"><button>Update</button></form>` : ''}
      <a class="button ${linked ? 'quiet' : ''}" href="${path}/link">Link account</a>
    </div>`;
  }
  if (behaviour.connects === 'one-time password' || !linked) return html``;
  return html`<p class="actions"><a class="button grave" href="${path}/disconnect-bank">Disconnect this bank</a></p>`;
}

/** What is wrong with the connection, or what an update brought. */
function notices({ behaviour, connections, query }: View): Markup {
  const updated = query.get('updated');
  const revoked = connections.some(({ status, signInRevoked }) => status === 'Linked' && signInRevoked === true);
  const ended = connections.length > 0 && connections.every(({ status }) => status !== 'Linked');
  const collected = behaviour.delivery === 'collected' && updated !== null && /^\d{1,9}$/.test(updated);
  return html`${
    ended
      ? html`<p class="notice">
          The connection to your bank has ended. What arrived stays here; nothing new will come until you connect again.
        </p>`
      : ''
  }
  ${
    revoked
      ? html`<p class="notice">
          Your bank does not know the user name and password any more. Nothing new will come until you choose
          <em>Link account</em> and enter new ones.
        </p>`
      : ''
  }
  ${collected ? html`<p class="said" role="status">Updated: ${transactions(Number(updated))} arrived.</p>` : ''}`;
}

export function showTransactions(view: View): Promise<Response> {
  const { core, behaviour, organization, path, query } = view;
  const target = chosen(view);
  const asked = Number(query.get('page') ?? '1');
  const pageNumber = Number.isSafeInteger(asked) && asked > 0 ? asked : 1;
  // Where lines arrive comes first, so that they are in sight in a narrow pane too.
  const isFed = (each: TargetAccountRecord): boolean =>
    each.feed !== undefined || core.ledger.linesOf(each.id).length > 0;
  const fed = organization.accounts.filter(isFed);
  const others = organization.accounts.filter((each) => !isFed(each));
  const paused = query.get('updates') === 'off' || pageNumber > 1;
  const account = query.get('account') ?? undefined;
  const updates = query.get('updates') === 'off' ? undefined : 'off';
  const aside =
    pageNumber > 1
      ? undefined
      : html`<a href="${address(path, { account, updates })}">${updates ? 'Pause updates' : 'Resume updates'}</a>`;
  const inside = behaviour.connects !== 'consent';
  return renderPage({
    title: 'Incoming bank transactions',
    ...frameOf(view),
    aside,
    refreshSeconds: paused ? undefined : refreshSeconds,
    body: html`<main>
      ${notices(view)} ${inside ? bankActions(view) : ''} ${accountList(view, 'Bank accounts with a feed', fed, target)}
      ${target === undefined ? '' : statement(view, target, pageNumber)}
      ${accountList(view, fed.length === 0 ? 'Bank accounts' : 'Other bank accounts', others, target)}
      ${inside ? '' : bankActions(view)}
    </main>`,
  });
}

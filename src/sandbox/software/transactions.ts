/** "Incoming bank transactions": what an accountant finds in the software, account by account. */
import { html } from 'hono/html';
import { behaviourOf } from '../behaviours.ts';
import type { Core } from '../core.ts';
import type { ConnectionRecord, LedgerEntry, OrganizationRecord, TargetAccountRecord } from '../records.ts';
import { type Markup, messagePage, renderPage } from './layout.ts';

const linesPerPage = 50;
const refreshSeconds = 3;

/** `-1234.5` as `−1,234.50`: grouped, at least two decimals, no digit lost. */
export function formatAmount(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? ['', '', text];
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return `${sign === '' ? '' : '−'}${grouped}.${fraction.padEnd(2, '0')}`;
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A local date as given, without any time zone arithmetic. */
export function formatDate(date: string): string {
  const [year, month, day] = date.slice(0, 10).split('-');
  const time = /[T ](\d\d:\d\d)/.exec(date)?.[1];
  return `${Number(day)} ${months[Number(month) - 1] ?? ''} ${year}${time === undefined || time === '00:00' ? '' : ` ${time}`}`;
}

const feedStatus = (core: Core, { feed }: TargetAccountRecord): { kind: string; word: string } => {
  const status = feed && core.world.account(feed.connectionId, feed.accountId)?.status;
  if (status === 'connected') return { kind: 'connected', word: 'Connected' };
  if (status === 'connecting') return { kind: 'waiting', word: 'Waiting' };
  return { kind: 'none', word: 'No bank feed' };
};

const counted = (count: number): string => {
  const number = new Intl.NumberFormat('en-GB').format(count);
  return count === 1 ? `${number} transaction` : `${number} transactions`;
};

interface View {
  readonly core: Core;
  readonly connection: ConnectionRecord;
  readonly query: URLSearchParams;
}

const address = (connection: ConnectionRecord, parameters: Record<string, string | undefined>): string => {
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const query = new URLSearchParams(given).toString();
  return `/software/${connection.id}${query === '' ? '' : `?${query}`}`;
};

/** The account asked for, else the one where a line landed last, else one that is fed, else the first. */
function chosen(core: Core, { accounts }: OrganizationRecord, wanted: string | null): TargetAccountRecord | undefined {
  const landed = ({ id }: TargetAccountRecord): string => core.ledger.linesOf(id).at(-1)?.landedAt ?? '';
  const latest = accounts.toSorted((a, b) => (landed(a) < landed(b) ? 1 : landed(a) > landed(b) ? -1 : 0))[0];
  return (
    accounts.find(({ id }) => id === wanted) ??
    (latest !== undefined && landed(latest) !== '' ? latest : undefined) ??
    accounts.find(({ feed }) => feed !== undefined) ??
    accounts[0]
  );
}

const accountCard = ({ core, connection, query }: View, target: TargetAccountRecord, current: boolean): Markup => {
  const { kind, word } = feedStatus(core, target);
  const updates = query.get('updates') ?? undefined;
  return html`<li>
    <a href="${address(connection, { account: target.id, updates })}" ${current ? 'aria-current=true' : ''}>
      <bdi translate="no">${target.name}</bdi>
      <span class="money">${target.currency} ${formatAmount(target.balance)}</span>
      <span class="row">
        <span class="status ${kind}">${word}</span>
        <span class="muted">${counted(core.ledger.linesOf(target.id).length)}</span>
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

const row = ({ transaction }: LedgerEntry): Markup => {
  const { amount, balance, date, description, counterparty, reference } = transaction;
  const details = [counterparty, reference].filter((part) => typeof part === 'string' && part !== '').join(' · ');
  const incoming = !amount.startsWith('-');
  return html`<tr role="row">
    <td role="cell" class="date"><time datetime="${date}">${formatDate(date)}</time></td>
    <td role="cell" class="text">
      <bdi>${description || counterparty || transaction.id}</bdi>${
        details === '' ? '' : html`<br /><bdi class="muted">${details}</bdi>`
      }
    </td>
    <td role="cell" class="money ${incoming ? 'empty' : ''}">${incoming ? '' : formatAmount(amount)}</td>
    <td role="cell" class="money ${incoming ? 'in' : 'empty'}">${incoming ? formatAmount(amount) : ''}</td>
    <td role="cell" class="money balance">${typeof balance === 'string' ? formatAmount(balance) : ''}</td>
  </tr>`;
};

function statement(view: View, target: TargetAccountRecord, pageNumber: number): Markup {
  const { core, connection, query } = view;
  const lines = core.ledger.linesOf(target.id);
  const pages = Math.max(Math.ceil(lines.length / linesPerPage), 1);
  const number = Math.min(pageNumber, pages);
  const end = lines.length - (number - 1) * linesPerPage;
  const shown = lines.slice(Math.max(end - linesPerPage, 0), end).toReversed();
  const updates = query.get('updates') ?? undefined;
  const to = (page: number): string => address(connection, { account: target.id, page: String(page), updates });
  return html`<section class="panel" aria-labelledby="account">
    <div>
      <h1 id="account"><bdi translate="no">${target.name}</bdi></h1>
      <p class="muted">
        ${target.currency} ${formatAmount(target.balance)} · ${counted(lines.length)} from the bank feed
      </p>
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
              ${shown.map(row)}
            </tbody>
          </table>`
    }
    ${
      pages === 1
        ? ''
        : html`<nav class="pager" aria-label="Pages">
            ${number > 1 ? html`<a href="${to(number - 1)}">Newer transactions</a>` : html`<span></span>`}
            <span class="muted">Page ${number} of ${pages}</span>
            ${number < pages ? html`<a href="${to(number + 1)}">Older transactions</a>` : html`<span></span>`}
          </nav>`
    }
  </section>`;
}

export function showTransactions(view: View): Promise<Response> {
  const { core, connection, query } = view;
  const { softwareName } = behaviourOf(connection);
  const organization = core.world.organizationOf(connection);
  if (organization === undefined) {
    return messagePage(
      softwareName,
      'Nothing is connected yet',
      'Connect your accounting software at your bank first.',
      { refreshSeconds },
    );
  }
  const target = chosen(core, organization, query.get('account'));
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
      : html`<a href="${address(connection, { account, updates })}"
          >${updates ? 'Pause updates' : 'Resume updates'}</a
        >`;
  return renderPage({
    title: 'Incoming bank transactions',
    software: softwareName,
    subtitle: organization.name,
    aside,
    refreshSeconds: paused ? undefined : refreshSeconds,
    body: html`<main>
      ${
        connection.status === 'Linked'
          ? ''
          : html`<p class="notice">
              The connection to your bank has ended. What arrived stays here; nothing new will come until you connect
              again.
            </p>`
      }
      ${accountList(view, 'Bank accounts with a feed', fed, target)}
      ${target === undefined ? '' : statement(view, target, pageNumber)}
      ${accountList(view, 'Other bank accounts', others, target)}
    </main>`,
  });
}

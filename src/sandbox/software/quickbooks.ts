/** Inside QuickBooks: find the bank, enter user name and password, choose accounts. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { html } from 'hono/html';
import type { Core } from '../core.ts';
import { ownerOf, renewSignIn } from '../credentials.ts';
import type { ConnectionRecord, OrganizationRecord } from '../records.ts';
import { bankSearch } from './banks.ts';
import { address, type Books, frameOf } from './books.ts';
import { panelPage, problem, redirect } from './layout.ts';

/** What stands in for user name and password in the address of the next page. */
function ticketOf(core: Core, connection: ConnectionRecord, username: string): string | undefined {
  const password = connection.credentials?.find((each) => each.username === username)?.password;
  if (password === undefined) return undefined;
  const key = core.ids.bytes('quickbooks');
  return createHmac('sha256', key).update(`${connection.id} ${username} ${password}`).digest('base64url');
}

/** The connection that a ticket was given out for, while its credentials hold; or why it opens nothing in these books. */
export function signedIn({ core, organization }: Books, query: URLSearchParams): ConnectionRecord | string {
  const connection = core.world.connections.get(query.get('connection') ?? '');
  const ticket = Buffer.from((connection && ticketOf(core, connection, query.get('user') ?? '')) ?? '');
  const given = Buffer.from(query.get('ticket') ?? '');
  const holds = ticket.length > 0 && given.length === ticket.length && timingSafeEqual(given, ticket);
  if (connection === undefined || !holds) return 'You are not signed in to your bank any more. Sign in again.';
  return elsewhere(core, connection, organization) ?? connection;
}

export const showBankSearch = (books: Books, query: URLSearchParams): Promise<Response> =>
  panelPage({
    ...frameOf(books),
    title: 'Link account',
    body: html`<p class="muted">Step 1 of 3</p>
      <h1>Connect an account</h1>
      <p>Search for your bank by name.</p>
      ${bankSearch(
        books.core,
        query,
        (name) =>
          html`<ul class="rows">
            <li>
              <a href="${books.path}/link/sign-in"
                ><bdi translate="no">${name}</bdi><span class="muted">Bank feed</span></a
              >
            </li>
          </ul>`,
      )}
      <p><a href="${books.path}">Back to bank transactions</a></p>`,
  });

export const showSignIn = (books: Books, refusal?: string, username = ''): Promise<Response> =>
  panelPage({
    ...frameOf(books),
    title: 'Sign in to your bank',
    status: refusal === undefined ? 200 : 401,
    body: html`<p class="muted">Step 2 of 3</p>
      <h1>Sign in to <bdi translate="no">${books.core.bankName}</bdi></h1>
      ${problem(refusal)}
      <p>Enter the user name and the password that your bank showed you for QuickBooks.</p>
      <form method="post" action="${books.path}/link/sign-in">
        <label
          >User name<input
            type="text"
            name="username"
            value="${username}"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            required
            maxlength="100"
        /></label>
        <label>Password<input type="password" name="password" autocomplete="off" required maxlength="100" /></label>
        <label class="choice"
          ><input type="checkbox" name="agree" value="yes" required /><span
            >I agree that my bank sends my transactions to QuickBooks.</span
          ></label
        >
        <div class="buttons"><button>Sign in</button></div>
      </form>`,
  });

/** Why the credentials cannot be used for these books; undefined when they can. */
function elsewhere(core: Core, connection: ConnectionRecord, organization: OrganizationRecord): string | undefined {
  const other = core.world.organizationOf(connection);
  return connection.status !== 'Linked' || other === undefined || other.id === organization.id
    ? undefined
    : `These credentials are in use for ${other.name}. Ask your bank for a connection of their own for ${organization.name}.`;
}

export function answerSignIn(books: Books, form: URLSearchParams): Promise<Response> | Response {
  const { core, organization, path } = books;
  const username = (form.get('username') ?? '').trim().toUpperCase();
  const refuse = (text: string): Promise<Response> => showSignIn(books, text, username.slice(0, 100));
  if (form.get('agree') !== 'yes') return refuse('Tick that you agree. Without that nothing can be connected.');
  const connection = ownerOf(core, { username, password: form.get('password') ?? '' });
  if (connection?.platformKey !== organization.platformKey) {
    return refuse(
      'The user name or the password is not right. Copy both again from your bank; if they were revoked there, get new ones.',
    );
  }
  const obstacle = elsewhere(core, connection, organization);
  if (obstacle !== undefined) return refuse(obstacle);
  if (connection.status === 'Linked') renewSignIn(core, connection);
  const ticket = ticketOf(core, connection, username);
  return redirect(address(`${path}/link/accounts`, { connection: connection.id, user: username, ticket }));
}

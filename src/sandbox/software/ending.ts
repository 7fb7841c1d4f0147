/** Inside the software: letting go of one account, or of the bank. */
import { html } from 'hono/html';
import { endFromSoftware } from '../ending.ts';
import { unlink } from '../linking.ts';
import { address, type Books, feederOf, frameOf } from './books.ts';
import { panelPage, redirect } from './layout.ts';

const question = (
  books: Books,
  ask: { readonly title: string; readonly what: string; readonly button: string; readonly back?: string | undefined },
): Promise<Response> =>
  panelPage({
    title: ask.title,
    ...frameOf(books),
    body: html`<h1>${ask.title}</h1>
      <p>${ask.what}</p>
      <form method="post">
        <div class="buttons">
          <button class="grave">${ask.button}</button>
          <a class="button quiet" href="${address(books.path, { account: ask.back })}">Keep it</a>
        </div>
      </form>`,
  });

const targetOf = ({ organization }: Books, query: URLSearchParams) =>
  organization.accounts.find(({ id }) => id === query.get('account'));

export function askDisconnect(books: Books, query: URLSearchParams): Promise<Response> | Response {
  const target = targetOf(books, query);
  if (target === undefined || feederOf(books.core, target) === undefined) return redirect(books.path);
  return question(books, {
    title: `Disconnect ${target.name}?`,
    what: 'No more bank transactions will arrive in this account. What is here already stays.',
    button: 'Disconnect this account',
    back: target.id,
  });
}

export function disconnectAccount(books: Books, query: URLSearchParams): Response {
  const target = targetOf(books, query);
  const account = target && feederOf(books.core, target);
  if (account !== undefined) endFromSoftware(books.core, account);
  return redirect(address(books.path, { account: target?.id }));
}

export const askDisconnectBank = (books: Books): Promise<Response> =>
  question(books, {
    title: 'Disconnect your bank?',
    what: 'Your bank loses its access, and no more bank transactions will arrive. What is here already stays.',
    button: 'Disconnect this bank',
  });

/** The user takes the consent back: Codat sees the connection Deauthorized. */
export function disconnectBank({ core, connections, path }: Books): Response {
  for (const connection of connections) {
    if (connection.status === 'Linked') unlink(core, connection, 'Deauthorized');
  }
  return redirect(path);
}

/** Codat's page inside Sage: connection id and one-time password say whose the user is. */
import { html } from 'hono/html';
import { authorizeVisit } from '../authorizations.ts';
import type { Core } from '../core.ts';
import { takeOneTimePassword } from '../one-time-passwords.ts';
import { address, booksIn, entries } from './books.ts';
import type { Visit } from './consent.ts';
import { deadLink } from './consent.ts';
import { messagePage, panelPage, problem, redirect } from './layout.ts';

const platformKey = 'olpr';
const software = 'Bank feed set-up (simulated)';

const steps = (bank: string) =>
  html`<ol class="steps">
    <li>Sign in to Sage.</li>
    <li>Open <em>Banking</em> and the bank account.</li>
    <li>Choose <em>Connect Bank</em> and search for <bdi translate="no">${bank}</bdi>.</li>
    <li>Enter the connection ID and the one-time password that your bank shows you.</li>
    <li>Pick the account that feeds it, and choose <em>Confirm</em>.</li>
  </ol>`;

/** Behind the link of Sage, which Codat says not to send: nothing can be connected from here. */
export const showSageLink = (visit: Visit): Promise<Response> =>
  deadLink(visit, visit.query.get('otp') ?? '') ??
  panelPage({
    title: 'Connect inside Sage',
    software,
    platformKey,
    subtitle: visit.company.name,
    body: html`<h1>You connect your bank inside Sage</h1>
      ${steps(visit.core.bankName)}
      <p><a class="button" href="/software/sage?company=${visit.company.id}">Open Sage (simulated)</a></p>`,
  });

/** Where the visit goes back to; undefined for one that Sage never began, or that is finished. */
function wayBack(core: Core, authorizationId: string): string | undefined {
  const target = core.world.authorizations.get(authorizationId)?.target;
  const entry = entries.find((each) => each.platformKey === platformKey);
  const books = entry && target && booksIn(core, entry, target.organizationId);
  return books && address(`${books.path}/authorized`, { state: authorizationId });
}

export function showSageSignIn(
  core: Core,
  authorizationId: string,
  refusal?: string,
  connectionId = '',
): Promise<Response> {
  if (wayBack(core, authorizationId) === undefined) {
    return messagePage(software, 'This page is opened by Sage', 'Go back to Sage and choose Connect Bank again.', {
      status: 401,
      platformKey,
    });
  }
  return panelPage({
    title: 'Connect your bank account to Sage',
    software,
    platformKey,
    status: refusal === undefined ? 200 : 401,
    body: html`<p class="muted">Step 2 of 3</p>
      <h1>Connect your bank account to Sage</h1>
      ${problem(refusal)}
      <p>Your bank shows you both. The one-time password works once.</p>
      <form method="post">
        <input type="hidden" name="authorizationId" value="${authorizationId}" />
        <label
          >Connection ID<input
            type="text"
            name="connectionId"
            value="${connectionId}"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            required
            maxlength="100"
        /></label>
        <label
          >One-time password<input
            type="text"
            name="otp"
            autocomplete="one-time-code"
            autocapitalize="characters"
            spellcheck="false"
            required
            maxlength="40"
        /></label>
        <div class="buttons"><button>Sign in</button></div>
      </form>`,
  });
}

const refusals = {
  unknown: 'This one-time password is not right. Copy it again from your bank.',
  used: 'This one-time password was used already. Get a new one from your bank.',
  replaced: 'Your bank made a newer one-time password. Use that one.',
  expired: 'This one-time password is too old. Get a new one from your bank.',
} as const;

export function answerSageSignIn(core: Core, form: URLSearchParams): Promise<Response> | Response {
  const authorizationId = form.get('authorizationId') ?? '';
  const connectionId = (form.get('connectionId') ?? '').trim().toLowerCase();
  const back = wayBack(core, authorizationId);
  const connection = core.world.connections.get(connectionId);
  if (back === undefined) return showSageSignIn(core, authorizationId);
  const again = (text: string): Promise<Response> =>
    showSageSignIn(core, authorizationId, text, connectionId.slice(0, 100));
  if (connection?.platformKey !== platformKey) {
    return again('This connection ID is not known. Copy it again from your bank.');
  }
  const outcome = takeOneTimePassword(core, connection, form.get('otp') ?? '');
  if (outcome !== 'taken') return again(refusals[outcome]);
  authorizeVisit(core, connection, { id: authorizationId });
  return redirect(back);
}

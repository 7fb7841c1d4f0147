/** Codat's own page behind the link of QuickBooks: it hands out user name and password, once a link. */
import { html } from 'hono/html';
import { behaviourOf } from '../behaviours.ts';
import { type Credentials, makeCredentials, ownerOf, revokeCredentials } from '../credentials.ts';
import { deadLink, type Visit } from './consent.ts';
import { messagePage, panelPage } from './layout.ts';

const steps = (bank: string) =>
  html`<ol class="steps">
    <li>Sign in to QuickBooks.</li>
    <li>Open <em>Transactions</em>, then <em>Bank transactions</em>.</li>
    <li>Choose <em>Link account</em> and search for <bdi translate="no">${bank}</bdi>.</li>
    <li>Enter the user name and the password.</li>
    <li>Select your accounts, choose which account in QuickBooks each one feeds, and the start date.</li>
    <li>Choose <em>Connect</em>.</li>
  </ol>`;

const frame = ({ company, connection }: Visit) => ({
  software: 'Bank feed set-up (simulated)',
  platformKey: connection.platformKey,
  subtitle: company.name,
});

export function showCredentialsPage(visit: Visit): Promise<Response> {
  const password = visit.query.get('otp') ?? '';
  return (
    deadLink(visit, password) ??
    panelPage({
      ...frame(visit),
      title: 'Set up QuickBooks',
      body: html`<h1>Set up QuickBooks</h1>
        <p>
          You connect your bank inside QuickBooks, with a user name and a password made for that. This page shows them
          once.
        </p>
        ${steps(visit.core.bankName)}
        <form method="post">
          <input type="hidden" name="otp" value="${password}" />
          <div class="buttons"><button name="answer" value="get">Get credentials</button></div>
        </form>`,
    })
  );
}

const showCredentials = (visit: Visit, { username, password }: Credentials): Promise<Response> =>
  panelPage({
    ...frame(visit),
    title: 'Your credentials',
    body: html`<h1>Your user name and password for QuickBooks</h1>
      <p>Keep this page open until you are done: it does not show them again.</p>
      <dl class="secret">
        <div>
          <dt>User name</dt>
          <dd translate="no">${username}</dd>
        </div>
        <div>
          <dt>Password</dt>
          <dd translate="no">${password}</dd>
        </div>
      </dl>
      ${steps(visit.core.bankName)}
      <p>
        <a class="button" href="/software/quickbooks?company=${visit.company.id}"
          >Open ${behaviourOf(visit.connection).softwareName}</a
        >
      </p>
      <h2>Not needed any more?</h2>
      <p>Revoking ends every user name and password made for this connection, and with them the feed.</p>
      <form method="post">
        <input type="hidden" name="username" value="${username}" />
        <input type="hidden" name="password" value="${password}" />
        <div class="buttons"><button class="grave" name="answer" value="revoke">Revoke credentials</button></div>
      </form>`,
  });

/** A link gives one set. Whoever was shown it can revoke; that proves itself by the set. */
export function answerCredentialsPage(visit: Visit, form: URLSearchParams): Promise<Response> {
  const { core, connection } = visit;
  if (form.get('answer') === 'revoke') {
    const shown = { username: form.get('username') ?? '', password: form.get('password') ?? '' };
    const { software, platformKey } = frame(visit);
    if (ownerOf(core, shown) !== connection) {
      const text = 'They were revoked before. To connect again, start from your bank.';
      return messagePage(software, 'These credentials do not work any more', text, { status: 401, platformKey });
    }
    revokeCredentials(core, connection);
    const text = 'QuickBooks gets no more transactions with them. To connect again, start from your bank.';
    return messagePage(software, 'The credentials are revoked', text, { platformKey });
  }
  const dead = deadLink(visit, form.get('otp') ?? '');
  if (dead !== undefined) return dead;
  connection.linkGeneration += 1;
  return showCredentials(visit, makeCredentials(core, connection));
}

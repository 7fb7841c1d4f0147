/** The page behind a connection's linkUrl: sign in, choose the organization, allow or refuse. */
import { html } from 'hono/html';
import { behaviourOf } from '../behaviours.ts';
import type { Core } from '../core.ts';
import { link, linkingObstacle, organizationsFor, passwordOpens, refuse } from '../linking.ts';
import type { CompanyRecord, ConnectionRecord } from '../records.ts';
import { messagePage, redirect, renderPage } from './layout.ts';

/** Codat's reserved placeholders, then the link's own parameters; what is unknown becomes empty. */
export function redirectTarget(
  template: string,
  {
    connection,
    statusCode,
    extra,
  }: { connection: ConnectionRecord; statusCode: '200' | '403'; extra: URLSearchParams },
): string {
  const { platformName, sourceType } = behaviourOf(connection);
  const reserved = new Map([
    ['companyId', connection.companyId],
    ['connectionId', connection.id],
    ['integrationId', connection.integrationId],
    ['sourceId', connection.sourceId],
    ['platform', connection.platformKey],
    ['platformName', platformName],
    ['sourceType', sourceType],
    ['statusCode', statusCode],
    ['errorMessage', statusCode === '200' ? '' : 'User cancelled'],
    ['statusText', statusCode === '200' ? '' : 'User cancelled linking'],
  ]);
  return template.replaceAll(/\{([\w.]+)\}/g, (_, name: string) =>
    encodeURIComponent(reserved.get(name) ?? extra.get(name) ?? ''),
  );
}

export interface Visit {
  readonly core: Core;
  readonly company: CompanyRecord;
  readonly connection: ConnectionRecord;
  readonly query: URLSearchParams;
}

const ownParameters = new Set(['otp', 'user']);

const passedOn = (query: URLSearchParams): URLSearchParams =>
  new URLSearchParams([...query].filter(([name]) => !ownParameters.has(name)));

/** What a link answers that is used up, too old or invented; undefined where it opens. */
export function deadLink({ core, connection }: Visit, password: string): Promise<Response> | undefined {
  if (passwordOpens(core, connection, password)) return undefined;
  const { softwareName, platformKey } = behaviourOf(connection);
  const text = 'It was used already, or it is too old. Go back to your bank and start again from there.';
  return messagePage(softwareName, 'This link does not work any more', text, { status: 401, platformKey });
}

/** A refusal to show the form at all; undefined when it may be shown. */
function obstacle(visit: Visit, password: string): Promise<Response> | undefined {
  const dead = deadLink(visit, password);
  const reason = linkingObstacle(visit.core, visit.connection);
  if (dead !== undefined || reason === undefined) return dead;
  const { softwareName, platformKey } = behaviourOf(visit.connection);
  return messagePage(softwareName, 'This cannot be connected now', reason, { status: 409, platformKey });
}

export function showConsent(visit: Visit): Promise<Response> {
  const { core, company, connection, query } = visit;
  const password = query.get('otp') ?? '';
  const user = query.get('user');
  const refused = obstacle(visit, password);
  if (refused !== undefined) return refused;
  const { softwareName, platformKey } = behaviourOf(connection);
  if (user === null) {
    return renderPage({
      title: 'Sign in',
      software: softwareName,
      platformKey,
      body: html`<main class="narrow">
        <section class="panel">
          <h1>Sign in to your accounting software</h1>
          <p class="muted">This is a simulation. Any address will do, and no password is asked for.</p>
          <form method="get">
            <input type="hidden" name="otp" value="${password}" />
            ${[...passedOn(query)].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
            <label
              >Email address<input type="email" name="user" value="owner@example.com" autocomplete="off" required
            /></label>
            <div class="buttons"><button>Sign in</button></div>
          </form>
        </section>
      </main>`,
    });
  }
  const organizations = organizationsFor(core, company, connection.platformKey);
  const extra = passedOn(query).toString();
  return renderPage({
    title: 'Allow access',
    software: softwareName,
    platformKey,
    subtitle: user,
    body: html`<main class="narrow">
      <section class="panel">
        <h1>Let your bank send transactions here?</h1>
        <p>
          Your bank asks for access, so that your bank transactions arrive in your books by themselves. It will be able
          to:
        </p>
        <ul class="plain">
          <li>see the names, numbers and balances of your bank accounts</li>
          <li>add bank accounts</li>
          <li>add bank transactions</li>
        </ul>
        <form method="post" action="${extra === '' ? '?' : `?${extra}`}">
          <input type="hidden" name="otp" value="${password}" />
          <fieldset>
            <legend>Which organization?</legend>
            ${organizations.map(
              (organization, index) =>
                html`<label class="choice"
                  ><input
                    type="radio"
                    name="organization"
                    value="${organization.id}"
                    ${index === 0 ? 'checked' : ''}
                  /><span
                    ><bdi translate="no">${organization.name}</bdi><br /><span class="muted"
                      >${organization.currencies.join(', ')}</span
                    ></span
                  ></label
                >`,
            )}
          </fieldset>
          <div class="buttons">
            <button name="answer" value="allow">Allow</button
            ><button class="quiet" name="answer" value="refuse">Refuse</button>
          </div>
        </form>
      </section>
    </main>`,
  });
}

export function answerConsent(visit: Visit, form: URLSearchParams): Promise<Response> | Response {
  const { core, company, connection, query } = visit;
  const refused = obstacle(visit, form.get('otp') ?? '');
  if (refused !== undefined) return refused;
  const { softwareName, platformKey } = behaviourOf(connection);
  const allowed = form.get('answer') === 'allow';
  if (allowed) {
    const organization = organizationsFor(core, company, connection.platformKey).find(
      ({ id }) => id === form.get('organization'),
    );
    if (organization === undefined) {
      return messagePage(softwareName, 'Choose an organization', 'Go back and choose one of the list.', {
        status: 400,
        platformKey,
      });
    }
    link(core, connection, organization);
  } else if (form.get('answer') === 'refuse') {
    refuse(core, connection);
  } else {
    return messagePage(softwareName, 'No answer was given', 'Go back and choose Allow or Refuse.', {
      status: 400,
      platformKey,
    });
  }
  const template = core.redirectUrl();
  if (template !== undefined) {
    const statusCode = allowed ? '200' : '403';
    const location = redirectTarget(template, { connection, statusCode, extra: passedOn(query) });
    return redirect(location);
  }
  return allowed
    ? messagePage(softwareName, 'Connected', 'You can close this page and go back to your bank.', { platformKey })
    : messagePage(
        softwareName,
        'Not connected',
        'You refused access. You can close this page and go back to your bank.',
        { platformKey },
      );
}

/** The page behind a company's own redirect address: its connections and where each goes on. */
export const showCompanyLinks = (
  company: CompanyRecord,
  links: readonly { name: string; status: string; url: string }[],
) =>
  renderPage({
    title: 'Connect your accounting software',
    software: 'Connections (simulated)',
    subtitle: company.name,
    body: html`<main class="narrow">
      <section class="panel">
        <h1>Connect your accounting software</h1>
        ${
          links.length === 0
            ? html`<p>Nothing to connect yet. Start from your bank.</p>`
            : html`<ul class="plain">
                ${links.map(({ name, status, url }) =>
                  status === 'Linked'
                    ? html`<li>${name}: connected</li>`
                    : html`<li><a href="${url}">Connect ${name}</a></li>`,
                )}
              </ul>`
        }
      </section>
    </main>`,
  });

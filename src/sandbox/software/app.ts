/** The pages a person sees: consent behind `/link`, the books behind `/software`. */
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { ApiError } from '../api/errors.ts';
import { behaviourOf } from '../behaviours.ts';
import type { Core } from '../core.ts';
import { connectionView } from '../views.ts';
import { address, type Books, booksOf, entries } from './books.ts';
import { answerConsent, showCompanyLinks, showConsent } from './consent.ts';
import { answerCredentialsPage, showCredentialsPage } from './credentials-page.ts';
import { addBusinesses } from './doors.ts';
import { askDisconnect, askDisconnectBank, disconnectAccount, disconnectBank } from './ending.ts';
import { messagePage, pageHeaders, panelPage, redirect } from './layout.ts';
import { formOf, missing, queryOf, software } from './requests.ts';
import { answerSageSignIn, showSageLink, showSageSignIn } from './sage-sign-in.ts';
import { styles } from './styles.ts';
import { showTransactions } from './transactions.ts';

export function createSoftware(core: Core): Hono {
  const app = new Hono();
  app.get('/software/style.css', () => {
    const headers = { ...pageHeaders, 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=60' };
    return new Response(styles, { headers });
  });
  addLinks(app, core);
  for (const entry of entries) addBusinesses(app, core, entry);
  addBooks(app, core);
  app.notFound(missing);
  app.onError((error) => {
    if (error instanceof ApiError) {
      return messagePage(software, 'This could not be read', error.message, { status: error.status });
    }
    core.log('A page failed unexpectedly.', { error: String(error) });
    return messagePage(software, 'Something went wrong', 'The page could not be shown. Try again.', { status: 500 });
  });
  return app;
}

/** What stands behind the addresses Codat gives out. */
function addLinks(app: Hono, core: Core): void {
  const start = '/link/companies/:companyId/connections/:connectionId/start';
  const visitOf = (context: Context) => {
    const company = core.world.companies.get(context.req.param('companyId') ?? '');
    const connection = core.world.connections.get(context.req.param('connectionId') ?? '');
    if (company === undefined || connection?.companyId !== company.id) return undefined;
    return { core, company, connection, query: queryOf(context) };
  };
  app.get(start, (context) => {
    const visit = visitOf(context);
    if (visit === undefined) return missing();
    const { connects } = behaviourOf(visit.connection);
    if (connects === 'credentials') return showCredentialsPage(visit);
    return connects === 'consent' ? showConsent(visit) : showSageLink(visit);
  });
  app.post(start, async (context) => {
    const form = await formOf(context);
    // After the form has come: until then the connection can go.
    const visit = visitOf(context);
    if (visit === undefined) return missing();
    const { connects } = behaviourOf(visit.connection);
    if (connects === 'credentials') return answerCredentialsPage(visit, form);
    return connects === 'consent' ? answerConsent(visit, form) : showSageLink(visit);
  });
  app.get('/link/company/:companyId', (context) => {
    const company = core.world.companies.get(context.req.param('companyId'));
    if (company === undefined) return missing();
    const links = core.world.connectionsOf(company.id).map((connection) => ({
      name: behaviourOf(connection).softwareName,
      status: connection.status,
      url: connectionView(core, connection).linkUrl,
    }));
    return showCompanyLinks(company, links);
  });
  app.get('/link/sage', (context) => showSageSignIn(core, context.req.query('authorizationId') ?? ''));
  app.post('/link/sage', async (context) => answerSageSignIn(core, await formOf(context)));
}

/** The books, reached by the connection that leads to them. */
function addBooks(app: Hono, core: Core): void {
  app.get('/software', (context) => {
    const companyId = context.req.query('company');
    const shown = [...core.world.connections.values()].filter(
      (connection) =>
        connection.organizationId !== undefined && (companyId === undefined || connection.companyId === companyId),
    );
    const linked = shown.filter(({ status }) => status === 'Linked');
    if (companyId !== undefined && linked.length === 1) return redirect(`/software/${linked[0]?.id}`);
    return panelPage({
      title: 'Organizations',
      software,
      refreshSeconds: 3,
      body: html`<h1>Your books</h1>
        ${
          shown.length === 0
            ? html`<p>Nothing is connected yet. Once your bank is connected, its transactions show up here.</p>`
            : html`<ul class="rows">
                ${shown.map(
                  (connection) =>
                    html`<li>
                      <a href="/software/${connection.id}"
                        ><bdi translate="no">${core.world.organizationOf(connection)?.name}</bdi
                        ><span class="muted">${behaviourOf(connection).softwareName}</span></a
                      >
                    </li>`,
                )}
              </ul>`
        }
        <h2>Connect your bank inside the software</h2>
        <p class="actions">
          ${entries.map(
            ({ platformKey, segment }) =>
              html`<a class="button quiet" href="${address(`/software/${segment}`, { company: companyId })}"
                >Open ${behaviourOf({ platformKey }).softwareName}</a
              >`,
          )}
        </p>`,
    });
  });

  const inside = (answer: (books: Books, context: Context) => Response | Promise<Response>) => (context: Context) => {
    const connection = core.world.connections.get(context.req.param('connectionId') ?? '');
    if (connection === undefined) return missing();
    const books = booksOf(core, connection);
    if (books !== undefined) return answer(books, context);
    const { softwareName, platformKey } = behaviourOf(connection);
    const entry = entries.find((each) => each.platformKey === platformKey);
    return messagePage(
      softwareName,
      'Nothing is connected yet',
      'Connect your accounting software at your bank first.',
      {
        platformKey,
        refreshSeconds: 3,
        links:
          entry &&
          html`<p>
            <a class="button" href="/software/${entry.segment}?company=${connection.companyId}">Open ${softwareName}</a>
          </p>`,
      },
    );
  };
  const own = '/software/:connectionId';
  app.get(
    own,
    inside((books, context) => {
      const query = queryOf(context);
      // Software with a door of its own has one page, whichever connection leads there.
      return books.behaviour.connects === 'consent'
        ? showTransactions({ ...books, query })
        : redirect(address(books.path, Object.fromEntries(query)));
    }),
  );
  app.get(
    `${own}/disconnect`,
    inside((books, context) => askDisconnect(books, queryOf(context))),
  );
  app.post(
    `${own}/disconnect`,
    inside((books, context) => disconnectAccount(books, queryOf(context))),
  );
  app.get(`${own}/disconnect-bank`, inside(askDisconnectBank));
  app.post(`${own}/disconnect-bank`, inside(disconnectBank));
}

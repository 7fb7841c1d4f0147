/** The pages a person sees: consent behind `/link`, the books behind `/software`. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import { readBytes } from '../api/body.ts';
import { behaviourOf } from '../behaviours.ts';
import type { Core } from '../core.ts';
import { connectionView } from '../views.ts';
import { answerConsent, showCompanyLinks, showConsent } from './consent.ts';
import { messagePage, pageHeaders, renderPage } from './layout.ts';
import { styles } from './styles.ts';
import { showTransactions } from './transactions.ts';

const software = 'Accounting software (simulated)';
const longestForm = 64 * 1024;
const start = '/link/companies/:companyId/connections/:connectionId/start';

export function createSoftware(core: Core): Hono {
  const app = new Hono();

  const visit = ({ companyId, connectionId }: { companyId: string; connectionId: string }, url: string) => {
    const company = core.world.companies.get(companyId);
    const connection = core.world.connections.get(connectionId);
    if (company === undefined || connection?.companyId !== company.id) return undefined;
    return { core, company, connection, query: new URL(url).searchParams };
  };
  const missing = () =>
    messagePage(software, 'There is nothing here', 'This connection does not exist any more.', { status: 404 });

  app.get('/software/style.css', () => {
    const headers = { ...pageHeaders, 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=60' };
    return new Response(styles, { headers });
  });

  app.get(start, (context) => {
    const found = visit(context.req.param(), context.req.url);
    return found === undefined ? missing() : showConsent(found);
  });
  app.post(start, async (context) => {
    const found = visit(context.req.param(), context.req.url);
    if (found === undefined) return missing();
    const bytes = await readBytes(context.req.raw, longestForm);
    return answerConsent(found, new URLSearchParams(new TextDecoder().decode(bytes)));
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

  app.get('/software', async (context) => {
    const companyId = context.req.query('company');
    const shown = [...core.world.connections.values()].filter(
      (connection) =>
        connection.organizationId !== undefined && (companyId === undefined || connection.companyId === companyId),
    );
    const linked = shown.filter(({ status }) => status === 'Linked');
    if (companyId !== undefined && linked.length === 1) return context.redirect(`/software/${linked[0]?.id}`, 303);
    return renderPage({
      title: 'Organizations',
      software,
      refreshSeconds: 3,
      body: html`<main class="narrow">
        <section class="panel">
          <h1>Your books</h1>
          ${
            shown.length === 0
              ? html`<p>Nothing is connected yet. Once your bank is connected, its transactions show up here.</p>`
              : html`<ul class="plain">
                  ${shown.map(
                    (connection) =>
                      html`<li>
                        <a href="/software/${connection.id}"
                          ><bdi translate="no">${core.world.organizationOf(connection)?.name}</bdi></a
                        >
                        <span class="muted">${behaviourOf(connection).softwareName}</span>
                      </li>`,
                  )}
                </ul>`
          }
        </section>
      </main>`,
    });
  });
  app.get('/software/:connectionId', (context) => {
    const connection = core.world.connections.get(context.req.param('connectionId'));
    if (connection === undefined) return missing();
    return showTransactions({ core, connection, query: new URL(context.req.url).searchParams });
  });

  app.onError((error) => {
    core.log('A page failed unexpectedly.', { error: String(error) });
    return messagePage(software, 'Something went wrong', 'The page could not be shown. Try again.', { status: 500 });
  });
  return app;
}

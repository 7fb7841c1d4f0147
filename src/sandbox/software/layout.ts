import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** A piece of a page; every value put into `html` is escaped. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Page {
  readonly title: string;
  /** The simulated software that shows the page. */
  readonly software: string;
  readonly subtitle?: string | undefined;
  /** Whose colour the page wears. */
  readonly platformKey?: string | undefined;
  /** On the right of the bar. */
  readonly aside?: Markup | undefined;
  readonly body: Markup;
  readonly status?: number;
  /** Seconds after which the page asks again for itself. */
  readonly refreshSeconds?: number | undefined;
}

/**
 * No script, no style but our own sheet, nothing from elsewhere. The page may be shown in a frame, because
 * the demo shows it beside the bank; a form may lead to the partner's own address after consent.
 */
const policy =
  "default-src 'none'; style-src 'self'; form-action 'self' http: https:; base-uri 'none'; frame-ancestors *";

export const pageHeaders = {
  'content-security-policy': policy,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export async function renderPage(page: Page): Promise<Response> {
  const { title, software, subtitle, platformKey = '', aside, body, status = 200, refreshSeconds } = page;
  const document = await html`<!doctype html>
    <html lang="en" data-software="${platformKey}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – ${software}</title>
        <link rel="stylesheet" href="/software/style.css" />
      </head>
      <body>
        <header class="bar">
          <span class="mark" aria-hidden="true">${software.slice(0, 1)}</span>
          <span
            ><strong>${software}</strong
            >${subtitle === undefined ? '' : html`<bdi class="muted">${subtitle}</bdi>`}</span
          >
          ${aside === undefined ? '' : html`<span class="end muted">${aside}</span>`}
        </header>
        ${body}
      </body>
    </html>`;
  const refresh: Record<string, string> = refreshSeconds === undefined ? {} : { refresh: String(refreshSeconds) };
  return new Response(String(document), {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...pageHeaders, ...refresh },
  });
}

/** A page with one panel, for one thing at a time. */
export const panelPage = ({ body, ...page }: Page): Promise<Response> =>
  renderPage({ ...page, body: html`<main class="narrow"><section class="panel">${body}</section></main>` });

/** What went wrong, where a person looks first: it takes the focus. */
export const problem = (text: string | undefined): Markup =>
  text === undefined ? html`` : html`<p class="problem" role="alert" tabindex="-1" autofocus>${text}</p>`;

/** Links to the neighbours of a page in a list; nothing where there is one page. */
export function pager(
  { page, pages, to }: { readonly page: number; readonly pages: number; readonly to: (page: number) => string },
  { before, after }: { readonly before: string; readonly after: string },
): Markup {
  if (pages === 1) return html``;
  return html`<nav class="pager" aria-label="Pages">
    ${page > 1 ? html`<a href="${to(page - 1)}">${before}</a>` : html`<span></span>`}
    <span class="muted">Page ${page} of ${pages}</span>
    ${page < pages ? html`<a href="${to(page + 1)}">${after}</a>` : html`<span></span>`}
  </nav>`;
}

/** A page that only says something. */
export const messagePage = (
  software: string,
  title: string,
  text: string,
  more: Pick<Page, 'status' | 'refreshSeconds' | 'platformKey'> & { readonly links?: Markup } = {},
): Promise<Response> =>
  panelPage({
    title,
    software,
    ...more,
    body: html`<h1>${title}</h1>
      <p>${text}</p>
      ${more.links ?? ''}`,
  });

export const redirect = (location: string): Response =>
  new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } });

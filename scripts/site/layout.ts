/** What all pages of the site have around their text. */

export const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

/**
 * A static file has no headers, so each page says it itself. `lit-html` is the policy of the package's templates; the
 * site's own scripts need none.
 */
export const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');

export interface NavigationLink {
  /** From the root of the site. */
  readonly path: string;
  readonly text: string;
  /** Has a part of what the link above it has. */
  readonly under?: boolean;
}
export interface NavigationGroup {
  readonly title: string;
  readonly links: readonly NavigationLink[];
}

export interface Page {
  readonly path: string;
  readonly title: string;
  readonly summary: string;
  /** What stands below `<main>`. */
  readonly html: string;
  readonly outline?: readonly { readonly id: string; readonly text: string }[];
  readonly scripts?: readonly string[];
  /** A page with a playground takes the whole width. */
  readonly wide?: boolean;
}

/** The way from a page up to the root. */
export const rootFrom = (path: string): string => '../'.repeat(path.split('/').length - 1) || './';

export const pageHtml = (page: Page, navigation: readonly NavigationGroup[]): string => {
  const root = rootFrom(page.path);
  const link = ({ path, text, under }: NavigationLink): string =>
    `<li${under ? ' class="under"' : ''}><a href="${root}${path}"${path === page.path ? ' aria-current="page"' : ''}>${escaped(text)}</a></li>`;
  const group = ({ title, links }: NavigationGroup): string =>
    `<h2>${escaped(title)}</h2>\n<ul>${links.map(link).join('')}</ul>`;
  const outline = (page.outline ?? []).map(({ id, text }) => `<li><a href="#${id}">${escaped(text)}</a></li>`);
  const toc =
    outline.length < 3 ? '' : `<nav class="outline" aria-label="On this page"><ul>${outline.join('')}</ul></nav>`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="description" content="${escaped(page.summary)}" />
    <title>${page.title === 'bank-feed-elements' ? page.title : `${escaped(page.title)} · bank-feed-elements`}</title>
    <link rel="icon" href="${root}icon.svg" />
    <link rel="stylesheet" href="${root}assets/site.css" />
    ${(page.scripts ?? []).map((path) => `<script type="module" src="${root}${path}"></script>`).join('\n')}
  </head>
  <body>
    <a class="skip" href="#main">Skip to the text</a>
    <header>
      <a class="home" href="${root}index.html"><img src="${root}icon.svg" alt="" width="22" height="22" />bank-feed-elements</a>
      <button type="button" class="menu" popovertarget="contents">Contents</button>
    </header>
    <div class="frame">
      <nav id="contents" popover aria-label="Contents">
${navigation.map(group).join('\n')}
      </nav>
      <main id="main"${page.wide ? ' class="wide"' : ''} tabindex="-1">
${toc}
${page.html}
      </main>
    </div>
    <footer><p>MIT. Not affiliated with Codat or any maker of accounting software.</p></footer>
  </body>
</html>
`;
};

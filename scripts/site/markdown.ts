/** A guide as a page: its headings can be linked to, its links lead to pages of the site. */
import { Marked } from 'marked';
import { slug } from '../links.ts';
import { escaped } from './layout.ts';

export interface Rendered {
  readonly html: string;
  /** The first heading, as plain text. */
  readonly title: string;
  /** The first paragraph, as plain text. */
  readonly summary: string;
  /** Headings of the second level. */
  readonly outline: readonly { readonly id: string; readonly text: string }[];
}

const plain = (markdown: string): string =>
  markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** `hrefOf` answers where a link of this page leads on the site. */
export const renderMarkdown = (text: string, hrefOf: (href: string) => string): Rendered => {
  const outline: { id: string; text: string }[] = [];
  let title = '';
  let summary = '';
  const marked = new Marked({
    renderer: {
      heading({ depth, text: raw, tokens }) {
        const id = slug(raw);
        if (depth === 1 && title === '') title = plain(raw);
        if (depth === 2) outline.push({ id, text: plain(raw) });
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      paragraph({ raw, tokens }) {
        if (summary === '' && title !== '') summary = plain(raw);
        return `<p>${this.parser.parseInline(tokens)}</p>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escaped(hrefOf(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text: alt }) {
        return `<img src="${escaped(hrefOf(href))}" alt="${escaped(alt)}" loading="lazy" />`;
      },
      code({ text: code, lang }) {
        return codeBlock(code, lang);
      },
      checkbox() {
        return '<span class="box" aria-hidden="true"></span>';
      },
      table({ header, rows }) {
        const cell = (tag: string, tokens: (typeof header)[number]['tokens']): string =>
          `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`;
        const line = (tag: string, cells: typeof header): string =>
          `<tr>${cells.map(({ tokens }) => cell(tokens.length === 0 ? 'td' : tag, tokens)).join('')}</tr>`;
        return tableBox(line('th', header), rows.map((row) => line('td', row)).join('\n'));
      },
    },
  });
  const html = marked.parse(text, { async: false });
  return { html, title, summary, outline };
};

/** Both scroll inside themselves on a narrow page, so a keyboard has to reach them. */
export const codeBlock = (code: string, language = ''): string =>
  `<pre tabindex="0"><code${language === '' ? '' : ` class="language-${escaped(language)}"`}>${escaped(code)}</code></pre>\n`;
export const tableBox = (head: string, body: string): string =>
  `<div class="table" tabindex="0"><table><thead>${head}</thead><tbody>${body}</tbody></table></div>\n`;

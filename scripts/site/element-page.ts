/** The page of one element: its playground, and what `custom-elements.json` has of it. */
import { slug } from '../links.ts';
import type { ElementEntry, Named, Typed } from '../manifest.ts';
import { controlsHtml } from './controls.ts';
import { escaped, type Page } from './layout.ts';
import { tableBox } from './markdown.ts';

export const elementPath = (tagName: string): string => `elements/${tagName.replace('bank-feed-', '')}.html`;

/** Comments and guides write code between backticks, and emphasis between underscores. */
const inline = (text: string): string =>
  escaped(text)
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll(/(^|\s)_([^_]+)_/g, '$1<em>$2</em>');
const code = (text: string): string => (text === '' ? '' : `<code translate="no">${escaped(text)}</code>`);

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  tableBox(
    `<tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr>`,
    rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n'),
  );

const section = (title: string, rows: readonly (readonly string[])[], heads: readonly string[]): string =>
  rows.length === 0 ? '' : `<h2 id="${slug(title)}">${title}</h2>\n${table(heads, rows)}`;

const typed = ({ name, type, default: standard, description }: Typed): string[] => [
  code(name),
  code((type?.text ?? '').replace(/ \| undefined$/, '')),
  code((standard ?? '').replace(/^undefined$/, '')),
  inline(description),
];
const named = ({ name, description }: Named): string[] => [name === '' ? 'default' : code(name), inline(description)];

/** `events` are those of all elements: a provider has others inside. */
export const elementPage = (entry: ElementEntry, events: ReadonlySet<string>): Page => {
  const { tagName, description } = entry;
  const fields = entry.members.filter(({ kind }) => kind === 'field');
  const methods = entry.members.filter(({ kind }) => kind === 'method');
  const html = `<h1><code translate="no">&lt;${tagName}&gt;</code></h1>
<p class="lead">${inline(description)}</p>
${playground(entry, events)}
${section('Attributes', entry.attributes.map(typed), ['attribute', 'type', 'without it', 'what it does'])}
${section(
  'Properties',
  fields.map((field) => [code(field.name), code(field.type?.text ?? ''), inline(field.description)]),
  ['property', 'type', 'what it is'],
)}
${section(
  'Methods',
  methods.map((method) => [code(`${method.name}()`), inline(method.description)]),
  ['method', 'what it does'],
)}
${section(
  'Events',
  entry.events.map((event) => [code(event.name), code(event.type?.text ?? ''), inline(event.description)]),
  ['event', 'class', 'when'],
)}
${section('Slots', entry.slots.map(named), ['slot', 'what goes in'])}
${section('Parts', entry.cssParts.map(named), ['part', 'what it is'])}
${section(
  'Tokens',
  entry.cssProperties.map((token) => [code(token.name), inline(token.default), inline(token.description)]),
  ['token', 'without it', 'what it is'],
)}
${section('States', entry.cssStates.map(named), ['state', 'when'])}`;
  const titles = [
    'Playground',
    ...[...html.matchAll(/<h2 id="([^"]+)">([^<]+)<\/h2>/g)].map(([, , text = '']) => text),
  ];
  return {
    path: elementPath(tagName),
    title: `<${tagName}>`,
    summary: description.replaceAll(/[`\n]/g, ' '),
    html,
    outline: [...new Set(titles)].map((text) => ({ id: slug(text), text })),
    scripts: ['assets/playground.js'],
    wide: true,
  };
};

const playground = (entry: ElementEntry, events: ReadonlySet<string>): string => `<h2 id="playground">Playground</h2>
<p>The element itself, as the package has it. Its answers come from an example in this page: there is no server, and
nothing leaves your browser. All that you choose stands in the address.
What your page has to do around it is in the guide to <a href="../elements.html">the elements</a>.</p>
<div class="playground" id="play" data-tag="${entry.tagName}" data-events="${[...events].join(' ')}">
<div class="preview" id="preview" data-scheme="system"></div>
<form id="controls" aria-label="Controls" autocomplete="off">
${controlsHtml(entry)}
</form>
<div class="stage">
<section class="elsewhere" aria-labelledby="elsewhere-title">
<h3 id="elsewhere-title">What happens outside this page</h3>
<p id="elsewhere" role="status"></p>
<div class="buttons">
<button type="button" data-happens="sign-in">The customer signs in there</button>
<button type="button" data-happens="refuse">The customer says no</button>
<button type="button" data-happens="deliver">A day’s transactions are sent</button>
<button type="button" data-happens="revoke">Access is withdrawn there</button>
</div>
</section>
<section class="code" aria-labelledby="code-title">
<h3 id="code-title">The code of what you see</h3>
<fieldset id="language"><legend>For</legend>
<label><input type="radio" name="code" value="html" checked /> HTML</label>
<label><input type="radio" name="code" value="react" /> React</label>
<label><input type="radio" name="code" value="vue" /> Vue</label>
</fieldset>
<div class="copy"><button type="button" id="copy">Copy code</button> <button type="button" id="copy-link">Copy link</button> <span id="copied" role="status"></span></div>
<pre tabindex="0" aria-labelledby="code-title"><code id="code"></code></pre>
</section>
<details class="events"><summary>Events <span id="event-count"></span></summary>
<ol id="event-list" tabindex="0" aria-label="Events, newest first"></ol>
</details>
</div>
</div>
<noscript><p>The playground needs JavaScript; what follows does not.</p></noscript>`;

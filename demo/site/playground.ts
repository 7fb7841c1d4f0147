/** A live page for one element: what is chosen changes the element, the code beside it and the address. */
import 'bank-feed-elements';
import type { FeedApi } from 'bank-feed-elements/client';
import { codeOf, directionOf, styleOf, type CodeKind } from './code.ts';
import { query, read, restore, softwareOf, type Chosen } from './controls.ts';
import { logEvents } from './event-log.ts';
import { ExampleCompany } from './example-company.ts';
import { ExampleFeed } from './example-feed.ts';

const find = <Kind extends Element>(selector: string, kind: abstract new () => Kind): Kind => {
  const found = document.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${selector}.`);
};

const play = find('#play', HTMLElement);
const form = find('#controls', HTMLFormElement);
const preview = find('#preview', HTMLElement);
const elsewhere = find('#elsewhere', HTMLElement);
const codeText = find('#code', HTMLElement);
const copied = find('#copied', HTMLElement);
const radios = [...document.querySelectorAll<HTMLInputElement>('#language input')];
const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-happens]')];
const tag = play.dataset['tag'] ?? '';
const software = softwareOf(form);
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);

/** A provider, or an element alone: both take the source of their data themselves. */
type Sourced = HTMLElement & { api: FeedApi | undefined };
const isSourced = (element: HTMLElement): element is Sourced => customElements.get(element.localName) !== undefined;

let element: Sourced | undefined;
let feed: ExampleFeed | undefined;
let company: ExampleCompany | undefined;
let begun = '';

const kind = (): CodeKind => {
  const value = radios.find(({ checked }) => checked)?.value;
  return value === 'react' || value === 'vue' ? value : 'html';
};

const make = (chosen: Chosen): Sourced => {
  const made = document.createElement(tag);
  if (!isSourced(made)) throw new Error(`<${tag}> is not registered.`);
  const current = software.find(({ platform }) => platform === chosen.platform) ?? software[0];
  if (!current) throw new Error('The page has no software to choose.');
  company = new ExampleCompany({ software, current, stage: chosen.stage, size: chosen.size });
  company.changed = () => outside();
  feed = new ExampleFeed(company);
  made.api = feed;
  if (tag === 'bank-feed-provider')
    for (const part of ['connect', 'accounts', 'mapping', 'status'])
      made.append(document.createElement(`bank-feed-${part}`));
  feed.latency = chosen.latency;
  feed.faults = chosen.faults;
  return made;
};

const shown = new Set<string>();

/** What happens outside is offered where it can happen. */
const outside = (leaving = false): void => {
  if (!company) return;
  const { possible } = company;
  const { name, inside } = company.software;
  for (const button of buttons) button.disabled = ![...possible].some((each) => each === button.dataset['happens']);
  elsewhere.textContent = leaving
    ? `Here the page would be left for ${name}. Say what the customer does there.`
    : possible.has('sign-in')
      ? inside
        ? `The customer goes to ${name} and enters what the element shows.`
        : `The customer signs in to ${name}, on its own page.`
      : possible.has('deliver')
        ? `${name} is connected.`
        : possible.has('revoke')
          ? `${name} is connected; no account sends yet.`
          : 'Nothing: no software is chosen yet.';
};

const update = (): void => {
  const chosen = read(form, tag);
  const now = [chosen.platform, chosen.stage, chosen.size].join();
  if (!element || now !== begun) {
    element?.remove();
    element = make(chosen);
    begun = now;
    shown.clear();
  }
  const faults = [...chosen.faults].join();
  if (feed && (feed.latency !== chosen.latency || [...feed.faults].join() !== faults)) {
    const ended = feed.faults.has('ended');
    feed.latency = chosen.latency;
    feed.faults = chosen.faults;
    // Where the session is over nothing is asked until somebody goes on, as the button does.
    if (!ended) company?.hint();
  }
  for (const name of shown) if (!chosen.attributes.some((each) => each.name === name)) element.removeAttribute(name);
  for (const { name, value } of chosen.attributes) {
    shown.add(name);
    element.setAttribute(name, value === true ? '' : value);
  }
  element.lang = chosen.language;
  element.dir = directionOf(chosen.language);
  preview.dataset['scheme'] = chosen.scheme;
  preview.dataset['width'] = chosen.width;
  sheet.replaceSync(styleOf(chosen));
  // Last: what it is given before it is on the page counts from the start.
  if (!element.isConnected) preview.append(element);
  codeText.textContent = codeOf(kind(), chosen);
  history.replaceState(null, '', `${location.pathname}${query(form, kind())}${location.hash}`);
  outside();
};

const copy = async (text: string): Promise<void> => {
  try {
    await navigator.clipboard.writeText(text);
    copied.textContent = 'Copied';
  } catch {
    copied.textContent = 'The browser did not allow it: select the text';
  }
};

const said = new URLSearchParams(location.search);
restore(form, said);
for (const radio of radios) {
  radio.checked = radio.value === (said.get('code') ?? 'html');
  radio.addEventListener('change', update);
}
if (!radios.some(({ checked }) => checked)) for (const radio of radios) radio.checked = radio.value === 'html';

form.addEventListener('input', update);
form.addEventListener('submit', (event) => event.preventDefault());
find('#again', HTMLElement).addEventListener('click', () => {
  form.reset();
  begun = '';
  update();
});
for (const button of buttons)
  button.addEventListener('click', () => {
    switch (button.dataset['happens']) {
      case 'sign-in':
        return company?.signIn();
      case 'refuse':
        return company?.refuse();
      case 'revoke':
        return company?.revoke();
      default:
        return company?.deliver(feed?.faults.has('refused') === true);
    }
  });
find('#copy', HTMLElement).addEventListener('click', () => void copy(codeText.textContent ?? ''));
find('#copy-link', HTMLElement).addEventListener('click', () => void copy(location.href));

preview.addEventListener('bank-feed-navigate', (event) => {
  event.preventDefault();
  outside(true);
});
logEvents(preview, (play.dataset['events'] ?? '').split(' '));
update();

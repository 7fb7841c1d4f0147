import { expect } from '@open-wc/testing';
import 'axe-core/axe.min.js';
import type axeCore from 'axe-core';
import '../../../../src/elements/define.ts';
import type { FeedApi } from '../../../../src/client/feed-api.ts';
import type { ElementState } from '../../../../src/elements/index.ts';

declare global {
  var axe: typeof axeCore;
}

export type Tag =
  | 'bank-feed-connect'
  | 'bank-feed-accounts'
  | 'bank-feed-mapping'
  | 'bank-feed-status'
  | 'bank-feed-setup';
export const tags: readonly Tag[] = [
  'bank-feed-connect',
  'bank-feed-accounts',
  'bank-feed-mapping',
  'bank-feed-status',
  'bank-feed-setup',
];

type Element_<Name extends Tag> = HTMLElementTagNameMap[Name];

/** Resolves when the check holds; the test's own time limit ends it otherwise. */
export const until = async <Value>(check: () => Value | undefined | null | false): Promise<Value> => {
  for (;;) {
    const value = check();
    if (value !== undefined && value !== null && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

export const reached = (element: { readonly state: ElementState }, ...states: ElementState[]): Promise<true> =>
  until<true>(() => states.includes(element.state));

/** Puts an element alone on the page, with a host's `FeedApi`, and waits for its first answer. */
export const show = async <Name extends Tag>(tag: Name, api: FeedApi): Promise<Element_<Name>> => {
  const element = place(tag, api);
  await reached(element, 'ready', 'waiting');
  await settled(element);
  return element;
};

export const place = <Name extends Tag>(tag: Name, api?: FeedApi): Element_<Name> => {
  const element = document.createElement(tag);
  if (api) element.api = api;
  document.body.append(element);
  return element;
};

export const settled = async (element: { readonly updateComplete: Promise<unknown> }): Promise<void> => {
  await element.updateComplete;
  await element.updateComplete;
};

export const clear = (): void => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute('style');
  document.documentElement.lang = 'en-GB';
};

export const root = (element: Element): ShadowRoot => {
  if (!element.shadowRoot) throw new Error(`${element.localName} has no shadow root`);
  return element.shadowRoot;
};

export const text = (element: Element): string => {
  const shown = [...root(element).children].filter((child) => !child.matches('style, [role=status].unseen'));
  return shown
    .map((child) => child.textContent)
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
};

export const said = (element: Element): string =>
  root(element).querySelector('.unseen[role=status]')?.textContent?.trim() ?? '';

/** The first button, disclosure or link whose words begin like this. */
export const control = (element: Element, words: string): HTMLElement | undefined =>
  [...root(element).querySelectorAll<HTMLElement>('button, summary')].find((candidate) =>
    candidate.textContent?.replace(/\s+/g, ' ').trim().startsWith(words),
  );

export const press = async (element: Element, words: string): Promise<HTMLElement> => {
  const found = await until(() => control(element, words));
  found.focus();
  found.click();
  return found;
};

export const all = <Name extends keyof HTMLElementTagNameMap>(
  element: Element,
  selector: Name,
): HTMLElementTagNameMap[Name][] => [...root(element).querySelectorAll(selector)];

/** Everything an element fires, in order. */
export const listen = (target: EventTarget, ...types: string[]): Event[] => {
  const heard: Event[] = [];
  for (const type of types) target.addEventListener(type, (event) => heard.push(event));
  return heard;
};

/** Ends what is moving: colours that are half-way to others would be measured. */
const stopMotion = (within: Element | ShadowRoot): void => {
  for (const element of within.querySelectorAll('*')) {
    for (const animation of element.getAnimations()) animation.finish();
    if (element.shadowRoot) stopMotion(element.shadowRoot);
  }
};

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

/** No violation of WCAG 2.0 to 2.2, A and AA, as things are now. */
export const passesAxe = async (element: Element): Promise<void> => {
  if (element.shadowRoot) stopMotion(element.shadowRoot);
  // Named by their tags, rules run that axe leaves out by itself: so the size of targets.
  const { violations } = await axe.run(element, { runOnly: rules, resultTypes: ['violations'] });
  const told = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
  expect(told.join('\n')).to.equal('');
};

/** The same in both schemes. */
export const accessible = async (element: Element): Promise<void> => {
  for (const scheme of ['light', 'dark']) {
    document.documentElement.style.colorScheme = scheme;
    document.documentElement.style.background = 'Canvas';
    await passesAxe(element);
  }
  document.documentElement.removeAttribute('style');
};

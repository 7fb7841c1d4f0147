/** The same as in `stage.ts`, through the elements inside an element: `<bank-feed-setup>` is made of the others. */
import { control, root, text, until } from './stage.ts';

const layers = (element: Element): Element[] => [
  element,
  ...[...root(element).querySelectorAll('*')].filter(({ shadowRoot }) => shadowRoot).flatMap(layers),
];

const first = <Value>(element: Element, look: (layer: Element) => Value | null | undefined): Value | undefined => {
  for (const layer of layers(element)) {
    const found = look(layer);
    if (found !== null && found !== undefined) return found;
  }
  return undefined;
};

export const find = (element: Element, selector: string): HTMLElement | undefined =>
  first(element, (layer) => root(layer).querySelector<HTMLElement>(selector));

export const count = (element: Element): number =>
  layers(element).reduce((sum, layer) => sum + root(layer).querySelectorAll('*').length, 0);

export const words = (element: Element): string => layers(element).map(text).join(' ').trim();

export const button = (element: Element, label: string): HTMLElement | undefined =>
  first(element, (layer) => control(layer, label));

export const push = async (element: Element, label: string): Promise<HTMLElement> => {
  const found = await until(() => button(element, label));
  found.focus();
  found.click();
  return found;
};

/** Where focus is. */
export const focused = (): Element | null => {
  let deepest = document.activeElement;
  while (deepest?.shadowRoot?.activeElement) deepest = deepest.shadowRoot.activeElement;
  return deepest;
};

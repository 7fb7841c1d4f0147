/** Runs in the page: 1,000 accounts, each of which may go to any of 500 accounts of the software. */
import type { FeedApi } from '../../../../src/client/feed-api.ts';
import type { Account, FeedState, Mapping, Target } from '../../../../src/contract/schemas.ts';
import { painted } from './painted.ts';

export interface MappingBench {
  /** Has the answers for so many accounts at hand, as if they had arrived long ago. */
  prepare(accounts: number): void;
  /** Shows so many accounts in place of what was shown; milliseconds to painted, and nodes in the list. */
  element(accounts: number): Promise<Painted>;
  /** What is shown now, to be made again by `floor`, on another page. */
  model(): Model;
  /** The same list as plain HTML: as many clones of its first row. In the styles of what is shown now. */
  floor(model: Model): Promise<Painted>;
  clear(): Promise<void>;
  /** Opens the picker of a row by a click and listens to what is typed; milliseconds to painted. */
  open(row: number): Promise<number>;
  /** Milliseconds from each key typed since to the frame that shows what came of it. */
  keystrokes(): Promise<number[]>;
}

interface PlainElement {
  readonly space: string | null;
  readonly tag: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly Plain[];
}

type Plain = PlainElement | string;

/** As it crosses from one page to another. */
export interface Model {
  /** The page, the form and the list, one in the other. */
  readonly around: readonly Plain[];
  /** What stands before the rows. */
  readonly head: readonly Plain[];
  /** What the rows stand in. */
  readonly chunks: readonly { readonly chunk: Plain; readonly rows: number }[];
  readonly row: Plain;
}

interface Painted {
  readonly milliseconds: number;
  readonly nodes: number;
}

const word = ['Operating', 'Payroll', 'Reserve', 'Tax', 'Client', 'Project', 'Deposit', 'Travel'];
const targets: Target[] = Array.from({ length: 500 }, (_, index) => ({
  id: `target-${index}`,
  name: `${word[index % word.length]} account ${index + 1}`,
  last4: String(1000 + index),
}));
const targetIds = targets.map(({ id }) => id);

const world = (count: number): { accounts: Account[]; mappings: Mapping[] } => {
  const ids = Array.from({ length: count }, (_, index) => `account-${index}`);
  return {
    accounts: ids.map((id, index) => ({
      id,
      connectionId: 'c1',
      name: `Branch ${index + 1}`,
      type: 'checking',
      last4: String(4000 + index).slice(-4),
      currency: 'GBP',
      status: 'pending',
    })),
    mappings: ids.map((accountId) => ({ accountId, status: 'pending', targetIds: [...targetIds] })),
  };
};

const apiOf = (count: number): Partial<FeedApi> => {
  const { accounts, mappings } = world(count);
  const state: FeedState = {
    platforms: ['xero'],
    connections: [{ id: 'c1', platform: 'xero', status: 'linked' }],
    accounts,
    counts: { delivered: 0, waiting: 0, held: 0 },
    liveKey: 'key',
  };
  return {
    state: async () => state,
    mappings: async (_id, { cursor = '0', limit = 200 } = {}) => {
      const next = Number(cursor) + limit;
      return {
        targets,
        items: mappings.slice(Number(cursor), next),
        ...(next < mappings.length && { nextCursor: String(next) }),
      };
    },
    // oxlint-disable-next-line require-yield -- nothing happens while the bench looks
    async *live({ signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  };
};

const countNodes = (list: Node): number => {
  const walker = document.createTreeWalker(list, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  let nodes = 0;
  while (walker.nextNode()) if (!(walker.currentNode instanceof Text) || walker.currentNode.data.trim()) nodes++;
  return nodes;
};

const listOf = (root: ParentNode | null | undefined): HTMLElement => {
  const list = root?.querySelector<HTMLElement>('[role=list]');
  if (!list) throw new Error('There are no rows on the page.');
  return list;
};

const clear = async () => {
  document.body.replaceChildren();
  await painted();
};

const apis = new Map<number, Partial<FeedApi>>();

const prepare = (accounts: number): void => void apis.set(accounts, apiOf(accounts));

const element = async (accounts: number): Promise<Painted> => {
  const api = apis.get(accounts) ?? apiOf(accounts);
  await clear();
  const began = performance.now();
  const mapping = document.createElement('bank-feed-mapping');
  mapping.api = api as FeedApi;
  const shown = new Promise<void>((resolve) => {
    mapping.addEventListener('bank-feed-state-change', ({ state }) => state === 'ready' && resolve());
  });
  document.body.append(mapping);
  await shown;
  const milliseconds = (await painted()) - began;
  const list = listOf(mapping.shadowRoot);
  const rows = list.querySelectorAll('[data-account]').length;
  if (rows !== accounts) throw new Error(`The element shows ${rows} rows instead of ${accounts}.`);
  return { milliseconds, nodes: countNodes(list) };
};

const text = (data: string): Plain[] => (data.trim() ? [data] : []);

/** What Lit leaves between nodes is its own affair: a page written by hand holds elements and texts only. */
const plain = (element: Element): PlainElement => ({
  space: element.namespaceURI,
  tag: element.localName,
  attributes: element.getAttributeNames().map((name) => [name, element.getAttribute(name) ?? '']),
  children: Array.from(element.childNodes).flatMap((child) =>
    child instanceof Element ? [plain(child)] : child instanceof Text ? text(child.data) : [],
  ),
});

const alone = (element: Element): Plain => ({ ...plain(element), children: [] });

const made = (node: Plain): Node => {
  if (typeof node === 'string') return document.createTextNode(node);
  const element = document.createElementNS(node.space, node.tag);
  for (const [name, value] of node.attributes) element.setAttribute(name, value);
  element.append(...node.children.map(made));
  return element;
};

/** One row and what stands around the rows, as the element made them. */
const model = (): Model => {
  const shown = document.querySelector('bank-feed-mapping')?.shadowRoot;
  const list = listOf(shown);
  const [row, form, page] = [list.querySelector('[data-account]'), list.parentElement, shown?.querySelector('section')];
  if (!row || !form || !page) throw new Error('There is no list.');
  const rowsIn = (child: Element) => child.querySelectorAll('[data-account]').length;
  const children = Array.from(list.children);
  return {
    around: [page, form, list].map(alone),
    head: children.filter((child) => rowsIn(child) === 0).map(plain),
    chunks: children.flatMap((child) => (rowsIn(child) > 0 ? [{ chunk: alone(child), rows: rowsIn(child) }] : [])),
    row: plain(row),
  };
};

const floor = async ({ around, head, chunks, row }: Model): Promise<Painted> => {
  const styles = [...(document.querySelector('bank-feed-mapping')?.shadowRoot?.adoptedStyleSheets ?? [])];
  const [page, form, list] = around.map(made);
  if (!(page instanceof Element && form instanceof Element && list instanceof Element)) throw new Error('No list.');
  const stamp = made(row);
  const places = chunks.map(({ chunk, rows }) => ({ place: made(chunk), rows }));
  list.append(...head.map(made));
  page.append(form);
  form.append(list);
  await clear();
  const began = performance.now();
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = styles;
  for (const { place, rows } of places) {
    for (let index = 0; index < rows; index++) place.appendChild(stamp.cloneNode(true));
    list.append(place);
  }
  root.append(page);
  document.body.append(host);
  const milliseconds = (await painted()) - began;
  return { milliseconds, nodes: countNodes(list) };
};

let typed: Promise<number>[] = [];

const open = async (row: number): Promise<number> => {
  const list = listOf(document.querySelector('bank-feed-mapping')?.shadowRoot);
  const field = list.querySelectorAll<HTMLInputElement>('[role=combobox]')[row];
  if (!field) throw new Error('There is no picker in this row.');
  typed = [];
  field.scrollIntoView({ block: 'center' });
  await painted();
  const began = performance.now();
  field.focus();
  field.click();
  const opened = (await painted()) - began;
  field.addEventListener('keydown', ({ timeStamp }) => {
    typed.push(painted().then((time) => time - timeStamp));
  });
  return opened;
};

const keystrokes = (): Promise<number[]> => Promise.all(typed);

Object.assign(globalThis, {
  bench: { prepare, element, model, floor, clear, open, keystrokes } satisfies MappingBench,
});

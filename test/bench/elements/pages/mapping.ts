/** Runs in the page: 1,000 accounts, each of which may go to any of 500 accounts of the software. */
import type { FeedApi } from '../../../../src/client/feed-api.ts';
import type { Account, FeedState, Mapping, Target } from '../../../../src/contract/schemas.ts';
import { painted } from './painted.ts';

export interface MappingBench {
  /** Has the answers for so many accounts at hand, as if they had arrived long ago. */
  prepare(accounts: number): void;
  /** Shows so many accounts in place of what was shown; milliseconds to painted, and nodes in the list. */
  element(accounts: number): Promise<Painted>;
  /** The same list as plain HTML: as many clones of the first row that the element made. */
  floor(): Promise<Painted>;
  clear(): Promise<void>;
  /** Opens the picker of a row by a click and listens to what is typed; milliseconds to painted. */
  open(row: number): Promise<number>;
  /** Milliseconds from each key typed since to the frame that shows what came of it. */
  keystrokes(): Promise<number[]>;
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

/** What Lit leaves between nodes is its own affair: a page written by hand holds elements and texts only. */
const plain = (node: Node): Node => {
  for (const child of Array.from(node.childNodes)) {
    if (child instanceof Comment || (child instanceof Text && !child.data.trim())) child.remove();
    else plain(child);
  }
  return node;
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

interface Model {
  readonly page: Element;
  readonly list: Element;
  readonly row: Node;
  /** What the rows stand in, empty, with the number of its rows. */
  readonly chunks: readonly { readonly chunk: Node; readonly count: number }[];
}

/** One row and what stands around the rows, as the element made them. */
const modelOf = (shown: ShadowRoot | null | undefined): Model => {
  const rows = listOf(shown);
  const [row, list, form] = [rows.querySelector('[data-account]')?.cloneNode(true), rows.cloneNode(), rows.parentNode];
  const page = shown?.querySelector('section')?.cloneNode();
  if (!row || !form || !(list instanceof Element) || !(page instanceof Element)) throw new Error('There is no list.');
  const chunks = [];
  for (const child of rows.children) {
    const count = child.querySelectorAll('[data-account]').length;
    if (count > 0) chunks.push({ chunk: child.cloneNode(), count });
    else list.append(plain(child.cloneNode(true)));
  }
  const around = form.cloneNode();
  around.appendChild(list);
  page.append(around);
  return { page, list, row: plain(row), chunks };
};

const floor = async (): Promise<Painted> => {
  const shown = document.querySelector('bank-feed-mapping')?.shadowRoot;
  const { page, list, row, chunks } = modelOf(shown);
  const styles = [...(shown?.adoptedStyleSheets ?? [])];
  await clear();
  const began = performance.now();
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = styles;
  for (const { chunk, count } of chunks) {
    for (let index = 0; index < count; index++) chunk.appendChild(row.cloneNode(true));
    list.append(chunk);
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

Object.assign(globalThis, { bench: { prepare, element, floor, clear, open, keystrokes } satisfies MappingBench });

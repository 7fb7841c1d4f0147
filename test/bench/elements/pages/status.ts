/** Runs in the page: one account with 10,000 deliveries, all of them loaded. */
import type { FeedApi } from '../../../../src/client/feed-api.ts';
import type { Feed, FeedState, Push } from '../../../../src/contract/schemas.ts';
import { painted } from './painted.ts';

export interface StatusBench {
  /** Shows the history and asks for more until so many deliveries are loaded; milliseconds to the first page painted. */
  load(deliveries: number): Promise<number>;
  /** Tells of a change in one delivery: milliseconds of the frame that reads, draws and paints it. */
  update(): Promise<number>;
  /** Scrolls through the loaded deliveries: milliseconds of each step's frame. */
  scroll(steps: number): Promise<number[]>;
}

const minute = 60_000;
const now = Date.now();
const pushOf = (index: number): Push => ({
  id: `push-${index}`,
  status: 'delivered',
  lines: 1 + (index % 40),
  firstDate: new Date(now - index * 30 * minute).toISOString().slice(0, 10),
  lastDate: new Date(now - index * 30 * minute).toISOString().slice(0, 10),
  startedAt: new Date(now - index * 30 * minute).toISOString(),
  finishedAt: new Date(now - index * 30 * minute).toISOString(),
  errors: index % 97 === 5 ? [{ code: 'refused', message: 'The period is locked.' }] : [],
});

let pushes: Push[] = [];
let changes = 0;

const state: FeedState = {
  platforms: ['xero'],
  connections: [{ id: 'c1', platform: 'xero', status: 'linked' }],
  accounts: [
    {
      id: 'a',
      connectionId: 'c1',
      name: 'Operating account',
      type: 'checking',
      last4: '4243',
      currency: 'GBP',
      status: 'connected',
    },
  ],
  counts: { delivered: 0, waiting: 0, held: 0 },
  liveKey: 'key',
};
const feed: Feed = {
  accountId: 'a',
  connectionId: 'c1',
  counts: { delivered: 10_000, waiting: 0, held: 0 },
  lastDelivery: { at: new Date(now).toISOString(), lines: 3 },
  days: Array.from({ length: 30 }, (_, index) => ({
    date: new Date(now - (29 - index) * 1440 * minute).toISOString().slice(0, 10),
    delivered: index + 1,
    held: 0,
  })),
};

const api: Partial<FeedApi> = {
  state: async () => state,
  feeds: async () => ({
    timeZone: 'UTC',
    items: [{ ...feed, counts: { ...feed.counts, delivered: 10_000 + changes } }],
  }),
  pushes: async (_id, { cursor = '0', limit = 50 } = {}) => {
    const next = Number(cursor) + limit;
    return { items: pushes.slice(Number(cursor), next), ...(next < pushes.length && { nextCursor: String(next) }) };
  },
  // oxlint-disable-next-line require-yield -- nothing happens while the bench looks
  async *live({ signal }) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  },
};

const status = () => {
  const element = document.querySelector('bank-feed-status');
  if (!element?.shadowRoot) throw new Error('There is no status on the page.');
  return { element, root: element.shadowRoot };
};
const rows = (): number => status().root.querySelectorAll('[data-push]').length;

/** Resolves when the element has drawn what the check asks for. */
const drawn = async (check: () => boolean): Promise<void> => {
  for (let turn = 0; !check(); turn++) {
    if (turn > 1000) throw new Error('The element does not draw what it should.');
    await new Promise((resolve) => setTimeout(resolve));
  }
};

const load = async (deliveries: number): Promise<number> => {
  pushes = Array.from({ length: deliveries }, (_, index) => pushOf(index));
  const element = document.createElement('bank-feed-status');
  element.api = api as FeedApi;
  document.body.append(element);
  const { root } = status();
  const summary = () => root.querySelectorAll('summary')[1];
  await drawn(() => summary() !== undefined);
  const began = performance.now();
  summary()?.click();
  await drawn(() => rows() > 0);
  const first = (await painted()) - began;
  while (rows() < deliveries) {
    const before = rows();
    root.querySelector<HTMLElement>('.more button')?.click();
    await drawn(() => rows() > before);
  }
  await painted();
  return first;
};

/** The work of one frame, from its callback to after its paint: nothing of the wait for the screen. */
const frame = (work: () => void): Promise<number> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => {
      const began = performance.now();
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => resolve(performance.now() - began), { once: true });
      port1.start();
      port2.postMessage('');
      work();
    });
  });

const update = async (): Promise<number> => {
  const { element, root } = status();
  root.querySelector('.pushes')?.scrollIntoView();
  await painted();
  const lines = 100_000 + (changes += 1);
  pushes = pushes.with(3, { ...pushOf(3), lines });
  const milliseconds = await frame(() => element.refresh());
  const row = root.querySelector('[data-push="push-3"]')?.textContent;
  if (!row?.includes(lines.toLocaleString('en-GB'))) throw new Error('The change was not drawn in this frame.');
  return milliseconds;
};

const scroll = async (steps: number): Promise<number[]> => {
  window.scrollTo(0, 0);
  await painted();
  const times: number[] = [];
  for (let step = 0; step < steps; step++) times.push(await frame(() => window.scrollBy(0, 600)));
  return times;
};

Object.assign(globalThis, { bench: { load, update, scroll } satisfies StatusBench });

import type { FeedApi } from '../../../../src/client/feed-api.ts';
import type { ElementState } from '../../../../src/elements/index.ts';
import { button, find } from './deep.ts';
import { account, connection, HostApi, mapping } from './host-api.ts';
import { place, press, reached, settled, show, until, type Tag } from './stage.ts';

type Shown = HTMLElementTagNameMap[Tag];

export const linked = (): HostApi =>
  new HostApi({
    connections: [connection('linked')],
    accounts: [account('a', { status: 'connected' })],
    mappings: [mapping('a', { status: 'connected', target: { name: 'Business bank account' } })],
  });

/** The customer has left this page for Xero. The page of the software is this one: nobody leaves the test. */
export const leftForSoftware = async (): Promise<void> => {
  const before = location.href;
  const api = new HostApi({ connections: [connection('pending')] });
  api.link = () => Promise.resolve({ url: `${before}#software` });
  const element = await show('bank-feed-connect', api);
  await press(element, 'Continue in Xero');
  await until(() => location.hash === '#software');
  history.replaceState(null, '', before);
  element.remove();
};

interface Situation {
  /** Undefined where nothing is configured. */
  readonly api: () => HostApi | undefined;
  readonly before?: (api: HostApi) => void;
  readonly states: readonly ElementState[];
  readonly after?: (element: Shown, api: HostApi) => void;
  /** What has to be there in the end. */
  readonly shows: (element: Shown) => unknown;
}

const heading = (element: Shown): unknown => find(element, 'h2');

/** What every element can be in. */
export const situations: Readonly<Record<string, Situation>> = {
  'nothing is configured': {
    api: () => undefined,
    states: ['idle'],
    shows: (element) => find(element, '[part=developer-note]'),
  },
  'it loads': {
    api: linked,
    before: (api) => void api.hold('state'),
    states: ['loading'],
    shows: (element) => find(element, '.bone'),
  },
  'there is nothing yet': {
    api: () => new HostApi(),
    states: ['ready'],
    shows: heading,
  },
  'the software is waited for': {
    api: () => new HostApi({ connections: [connection('pending')] }),
    states: ['ready', 'waiting'],
    shows: heading,
  },
  'all is well': {
    api: linked,
    states: ['ready'],
    shows: heading,
  },
  'the software is disconnected': {
    api: () => new HostApi({ ...linked().world, connections: [connection('deauthorized')] }),
    states: ['ready'],
    shows: heading,
  },
  'nothing could be read': {
    api: linked,
    before: (api) => {
      for (let time = 0; time < 5; time++) api.fail('state', 'upstream_unavailable', { correlationId: 'abc-123' });
    },
    states: ['error'],
    shows: (element) => find(element, '[part=problem]'),
  },
  'what is shown is old': {
    api: linked,
    states: ['ready'],
    after: (element, api) => {
      api.fail('state', 'network');
      element.refresh();
    },
    shows: (element) => find(element, '[part=stale]'),
  },
  'the session is over': {
    api: linked,
    states: ['ready'],
    after: (element, api) => {
      api.fail('state', 'unauthenticated');
      element.refresh();
    },
    shows: (element) => button(element, 'Continue'),
  },
};

/** Brings a new element into a situation. */
export const inSituation = async (tag: Tag, { api, before, states, after, shows }: Situation): Promise<Shown> => {
  const given = api();
  if (given) before?.(given);
  const element = place(tag, given satisfies FeedApi | undefined);
  await reached(element, ...states);
  if (given) after?.(element, given);
  await until(() => shows(element));
  await settled(element);
  return element;
};

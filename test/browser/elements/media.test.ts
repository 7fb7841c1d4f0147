import { expect } from '@open-wc/testing';
import { emulateMedia, sendKeys } from '@web/test-runner-commands';
import { inChromium } from '../support/engine.ts';
import { account, connection, feed, HostApi, mapping, push } from './support/host-api.ts';
import { clear, control, passesAxe, press, root, settled, show, tags, until } from './support/stage.ts';

const today = new Date().toISOString().slice(0, 10);
const world = () =>
  new HostApi({
    connections: [connection('linked')],
    accounts: [account('a', { status: 'connected' }), account('b')],
    mappings: [mapping('a')],
    feeds: [
      feed('a', {
        counts: { delivered: 5, waiting: 0, held: 2 },
        lastDelivery: { at: `${today}T00:00:00Z`, lines: 5 },
        days: [{ date: today, delivered: 5, held: 2 }],
      }),
    ],
  });

/** A system colour as this page resolves it. */
const system = (color: string): string => {
  const probe = document.createElement('p');
  probe.style.cssText = `forced-color-adjust: none; color: ${color}`;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
};

beforeEach(clear);
afterEach(clear);

const noEmulation = () => emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference', colorScheme: 'light' });

for (const colorScheme of ['light', 'dark'] as const) {
  inChromium.describe(`with forced colours, ${colorScheme}`, () => {
    beforeEach(() => emulateMedia({ forcedColors: 'active', colorScheme }));
    afterEach(noEmulation);

    it('draws the picture in colours of the system', async () => {
      const element = await show('bank-feed-status', world());
      const style = (selector: string) => {
        const found = root(element).querySelector(selector);
        if (!found) throw new Error(`There is no ${selector}`);
        return getComputedStyle(found);
      };
      expect(matchMedia('(forced-colors: active)').matches).to.equal(true);
      expect(style('.picture .delivered').fill).to.equal(system('CanvasText'));
      expect(style('.picture .held').stroke).to.equal(system('CanvasText'));
      expect(style('.picture .day').fill).to.equal(system('GrayText'));
    });

    it('tells the one primary button from the others', async () => {
      const element = await show('bank-feed-mapping', world());
      const primary = getComputedStyle(await until(() => control(element, 'Start sending')));
      expect(primary.backgroundColor).to.equal(system('CanvasText'));
      expect(primary.color).to.equal(system('Canvas'));
    });

    for (const tag of tags) {
      it(`<${tag}> is accessible`, async () => {
        // Colours are judged on what the page says it stands on.
        document.documentElement.style.background = 'Canvas';
        await passesAxe(await show(tag, world()));
      });
    }

    it('keeps edges, the focus ring and the shape of what is loading', async () => {
      for (const tag of tags) {
        clear();
        const element = await show(tag, world());
        await sendKeys({ press: 'Tab' });
        let reached = root(element).activeElement;
        while (reached?.shadowRoot?.activeElement) reached = reached.shadowRoot.activeElement;
        if (!reached) throw new Error('Nothing was reached by the keyboard');
        expect(getComputedStyle(reached).outlineStyle).to.equal('solid');
        expect(getComputedStyle(reached).outlineColor).to.equal(system('Highlight'));
      }
      const loading = world();
      const open = loading.hold('state');
      const element = document.createElement('bank-feed-status');
      element.api = loading;
      document.body.append(element);
      const bone = await until(() => root(element).querySelector('.bone'));
      expect(getComputedStyle(bone).borderTopWidth).to.equal('1px');
      open();
    });
  });
}

inChromium.it('moves nothing where motion is unwanted', async () => {
  await emulateMedia({ reducedMotion: 'reduce' });
  const element = await show('bank-feed-accounts', world());
  await press(element, 'Add an account');
  await settled(element);
  const moving = root(element)
    .getAnimations()
    .filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 0);
  expect(moving).to.have.length(0);
  await noEmulation();
});

it('fits a phone with letters twice as large, with the deliveries unfolded', async () => {
  const api = world();
  api.world.accounts = [account('a', { status: 'disconnected', last4: '' })];
  api.world.feeds = api.world.feeds.map((each) => ({
    ...each,
    held: { reason: 'refused', since: each.days[0]?.date ?? '' },
  }));
  api.world.pushes = [push('p1'), push('p2', { status: 'timed-out' })];
  const element = await show('bank-feed-status', api);
  document.documentElement.style.fontSize = '32px';
  element.style.width = '288px';
  await press(element, 'All deliveries');
  await until(() => root(element).querySelector('table.pushes'));
  expect(element.scrollWidth).to.be.at.most(288);
  for (const cell of root(element).querySelectorAll('.pushes td')) {
    expect(cell.getBoundingClientRect().width).to.be.greaterThan(100);
  }
});

import { expect } from '@open-wc/testing';
import { account, connection, HostApi } from './support/host-api.ts';
import { accessible, clear, control, root, settled, show, until } from './support/stage.ts';

const sheets = new Set<CSSStyleSheet>();
const reset = () => {
  clear();
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.has(sheet));
  sheets.clear();
};
beforeEach(reset);
afterEach(reset);

const style = (css: string): void => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  sheets.add(sheet);
  document.adoptedStyleSheets.push(sheet);
};

/** An element with something of every colour: a link and a primary button, a problem, a refusal, a field, all states. */
const open = async () => {
  const api = new HostApi({
    connections: [connection('linked')],
    accounts: [
      account('a', { status: 'connected' }),
      account('b', { status: 'pending' }),
      account('c', { status: 'disconnected' }),
      ...Array.from({ length: 10 }, (_, index) => account(`o${index}`)),
    ],
  });
  api.fail('chooseAccounts', 'upstream_refused', { itemErrors: [{ itemId: 'o0', code: 'x', message: 'No.' }] });
  const element = await show('bank-feed-accounts', api);
  control(element, 'Add an account')?.click();
  root(element).querySelector<HTMLInputElement>('[data-account=o0] input')?.click();
  await settled(element);
  control(element, 'Use this account')?.click();
  await until(() => root(element).querySelector('[part=refusal]'));
  api.fail('removeAccount', 'upstream_unavailable', {});
  control(element, 'Remove')?.click();
  const dialog = await until(() => root(element).querySelector<HTMLDialogElement>('dialog'));
  dialog.querySelector<HTMLButtonElement>('[value=confirm]')?.click();
  await until(() => root(element).querySelector('[part=problem]'));
  await settled(element);
  return element;
};

/** Where each token is to be seen: set to `value`, the property of the selected reads `seen` (or anything else than before). */
const places: Record<string, { value: string; selector: string; property: string; seen?: string }> = {
  accent: { value: '#7a0045', selector: '.primary', property: 'background-color' },
  text: { value: 'rgb(1, 2, 3)', selector: '.name', property: 'color', seen: 'rgb(1, 2, 3)' },
  surface: {
    value: 'rgb(250, 251, 252)',
    selector: '#search',
    property: 'background-color',
    seen: 'rgb(250, 251, 252)',
  },
  muted: { value: 'rgb(70, 71, 72)', selector: '.muted', property: 'color', seen: 'rgb(70, 71, 72)' },
  border: {
    value: 'rgb(9, 8, 7)',
    selector: '[data-account=o1] .row',
    property: 'border-top-color',
    seen: 'rgb(9, 8, 7)',
  },
  edge: { value: 'rgb(5, 6, 7)', selector: '#search', property: 'border-top-color', seen: 'rgb(5, 6, 7)' },
  success: { value: 'rgb(0, 80, 0)', selector: '.state.connected', property: 'color', seen: 'rgb(0, 80, 0)' },
  warning: { value: 'rgb(90, 60, 0)', selector: '[part=problem] > svg', property: 'color', seen: 'rgb(90, 60, 0)' },
  danger: { value: 'rgb(110, 0, 0)', selector: '[part=refusal] > svg', property: 'color', seen: 'rgb(110, 0, 0)' },
  focus: { value: 'rgb(4, 5, 6)', selector: '#search', property: 'outline-color', seen: 'rgb(4, 5, 6)' },
  radius: { value: '3px', selector: '.primary', property: 'border-top-left-radius', seen: '3px' },
  gap: { value: '29px', selector: '.root', property: 'row-gap', seen: '29px' },
  'control-height': { value: '57px', selector: '.primary', property: 'min-height', seen: '57px' },
};

describe('theming', () => {
  it('follows every token the guide lists, while the element is shown, and goes back', async () => {
    const guide = await (await fetch('/docs/theming.md')).text();
    const tokens = [...guide.matchAll(/^\| `--bank-feed-([a-z-]+)`/gm)].map(([, name = '']) => name);
    expect(tokens.toSorted()).to.deep.equal(Object.keys(places).toSorted());
    const element = await open();
    for (const [token, { value, selector, property, seen }] of Object.entries(places)) {
      const target = root(element).querySelector<HTMLElement>(selector);
      if (!target) throw new Error(`${token} has no place: ${selector}`);
      if (token === 'focus') target.focus();
      const read = () => {
        for (const animation of target.getAnimations()) animation.finish();
        return getComputedStyle(target).getPropertyValue(property);
      };
      const before = read();
      // On anything around the element.
      document.documentElement.style.setProperty(`--bank-feed-${token}`, value);
      expect(read(), token).not.to.equal(before);
      if (seen !== undefined) expect(read(), token).to.equal(seen);
      document.documentElement.style.removeProperty(`--bank-feed-${token}`);
      expect(read(), token).to.equal(before);
    }
  });

  it('does what the guide’s example says', async () => {
    const [, css = ''] = /```css\n(.*?)```/s.exec(await (await fetch('/docs/theming.md')).text()) ?? [];
    const element = await open();
    const bank = document.createElement('div');
    const primary = () => {
      const found = root(element).querySelector('.primary');
      if (!found) throw new Error('There is no primary button.');
      return getComputedStyle(found);
    };
    const before = primary().backgroundColor;
    style(css);
    bank.className = 'bank';
    document.body.append(bank);
    bank.append(element);
    await until(() => root(element).querySelector('.primary'));
    expect(primary().backgroundColor).not.to.equal(before);
    expect(primary().borderTopLeftRadius).to.equal('22px');
    const field = root(element).querySelector('#search');
    expect(field && getComputedStyle(field).borderTopLeftRadius).to.equal('4px');
  });

  it('follows the colour scheme of what is around it, not that of the system', async () => {
    const element = await open();
    const name = root(element).querySelector('.name');
    const colour = () => name && getComputedStyle(name).color;
    document.documentElement.style.colorScheme = 'dark';
    const dark = colour();
    document.body.style.colorScheme = 'light';
    expect(colour()).not.to.equal(dark);
    document.body.style.colorScheme = '';
    expect(colour()).to.equal(dark);
  });

  it('fills with the accent as it is, with black or white on it, whichever reads better', async () => {
    const element = await open();
    const button = root(element).querySelector('.primary');
    if (!button) throw new Error('There is no primary button.');
    /** As the browser paints it. */
    const painted = (colour: string): number[] => {
      const context = new OffscreenCanvas(1, 1).getContext('2d');
      if (!context) throw new Error('There is no canvas.');
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data];
    };
    const [black, white] = [
      [0, 0, 0, 255],
      [255, 255, 255, 255],
    ];
    document.documentElement.style.colorScheme = 'light';
    for (const [accent, fill, text] of [
      ['#ffb400', [255, 180, 0, 255], black],
      ['#00e0a0', [0, 224, 160, 255], black],
      ['#e4002b', [228, 0, 43, 255], white],
      // Between these two greys, both read at 4.58:1.
      ['#757575', [117, 117, 117, 255], white],
      ['#767676', [118, 118, 118, 255], black],
    ] as const) {
      document.documentElement.style.setProperty('--bank-feed-accent', accent);
      const { backgroundColor, color } = getComputedStyle(button);
      expect(painted(backgroundColor), accent).to.deep.equal(fill);
      expect(painted(color), accent).to.deep.equal(text);
    }
  });

  // The last is the worst there is, as text: on every other the contrast is higher.
  for (const accent of ['#ffe600', '#ffffff', '#000000', '#ffb400', '#00e0a0', '#767676', '#00ff00'])
    it(`reads well in both schemes with ${accent} as the accent`, async () => {
      style(`:root { --bank-feed-accent: ${accent} }`);
      await accessible(await open());
    });
});

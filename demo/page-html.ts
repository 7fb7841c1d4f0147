/** The page for one customer, with everything as its address says. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Address } from './address.ts';
import { faultGroups, selects, type Kind, type SelectName } from './choices.ts';
import { scenarios } from './scenarios.ts';

export interface PageFacts {
  readonly address: Address;
  /** Whose page it is. */
  readonly customer: string;
  /** The proxy, as this customer reaches it. */
  readonly endpoint: string;
  /** Where the accounting software of the demo shows what arrived; not with the real Codat. */
  readonly softwareUrl: string | undefined;
  readonly allowPush: boolean;
}

export const pageFile = (name: string): string => fileURLToPath(new URL(`./page/${name}`, import.meta.url));

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const option = (value: string, label: string, isChosen: boolean): string =>
  `<option value="${value}"${isChosen ? ' selected' : ''}>${escapeHtml(label)}</option>`;

const select = ({ choices, usual }: Address, name: SelectName): string => {
  const { kind, label, options } = selects[name];
  // How far the customer is makes sense for one software only.
  const off = name === 'stage' && choices.platform === 'any' ? ' disabled' : '';
  const list = Object.entries(options).map(([value, text]) => option(value, text, value === choices[name]));
  return `<label class="${name}">${label}<select id="${name}" data-kind="${kind}" data-usual="${usual[name]}" autocomplete="off"${off}>${list.join('')}</select></label>`;
};

const names = Object.keys(selects).filter((name): name is SelectName => Object.hasOwn(selects, name));
const selectsOf = (address: Address, kind: Kind, isLive: boolean): string =>
  names
    .filter((name) => selects[name].kind === kind && !(isLive && kind === 'set-up'))
    .map((name) => select(address, name))
    .join('\n');

const faultsOf = (address: Address, isLive: boolean): string =>
  Object.entries(faultGroups)
    // Nothing is made to go wrong at the real Codat.
    .filter(([group]) => !isLive || group === 'Between page and proxy')
    .map(([group, faults]) => {
      const boxes = Object.entries(faults).map(([name, label]) => {
        const has = (among: ReadonlySet<string>): boolean => among.has(name);
        const checked = has(address.choices.fault) ? ' checked' : '';
        return `<label class="check"><input type="checkbox" name="fault" value="${name}" data-usual="${has(address.usual.fault)}" autocomplete="off"${checked} />${escapeHtml(label)}</label>`;
      });
      const slow = group === 'Between page and proxy' ? selectsOf(address, 'line', isLive) : '';
      return `<fieldset><legend>${escapeHtml(group)}</legend>${slow}${boxes.join('')}</fieldset>`;
    })
    .join('\n');

const scenarioOptions = ({ scenario }: Address): string =>
  [
    option('', 'None', scenario === undefined),
    ...Object.entries(scenarios).map(([name, { title }]) => option(name, title, name === scenario)),
  ].join('');

const scenarioCard = ({ scenario }: Address): string => {
  if (scenario === undefined) return '';
  const { title, steps, seen } = scenarios[scenario];
  return `<section class="card scenario" aria-labelledby="scenario-title">
        <h2 id="scenario-title">${escapeHtml(title)}</h2>
        <div>
          <h3>Do</h3>
          <ol>${steps.map((step) => `<li>${escapeHtml(step)}</li>`).join('')}</ol>
        </div>
        <div>
          <h3>Must be seen</h3>
          <p>${escapeHtml(seen)}</p>
        </div>
      </section>`;
};

export const renderPage = async ({ address, ...facts }: PageFacts): Promise<string> => {
  const { choices, accent } = address;
  const isLive = facts.softwareUrl === undefined;
  const places = {
    CUSTOMER: facts.customer,
    ENDPOINT: facts.endpoint,
    SOFTWARE: facts.softwareUrl ?? '',
    PUSH: String(facts.allowPush),
    LIVE: String(isLive),
    SCHEME: choices.scheme,
    BRAND: choices.brand,
    ACCENT: accent ?? '',
    LANGUAGE: choices.language,
    DIRECTION: choices.language === 'ar' ? 'rtl' : 'ltr',
  };
  const pieces = {
    SCENARIOS: scenarioOptions(address),
    SCENARIO: scenarioCard(address),
    SETUP: selectsOf(address, 'set-up', isLive),
    LOOK: selectsOf(address, 'look', isLive),
    FAULTS: faultsOf(address, isLive),
  };
  const html = await readFile(pageFile('index.html'), 'utf8');
  const all: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(places).map(([name, text]) => [name, escapeHtml(text)])),
    ...pieces,
  };
  return html.replace(/%([A-Z]+)%/g, (whole, name: string) => all[name] ?? whole);
};

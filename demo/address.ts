/** The choices as they stand in the page's address. What is as usual stays out; a scenario changes what is usual. */
import { faultGroups, selects, type Choices, type Fault, type SelectName, type Value } from './choices.ts';
import { scenarios, type ScenarioName } from './scenarios.ts';

export interface Address {
  readonly scenario: ScenarioName | undefined;
  readonly choices: Choices;
  readonly usual: Choices;
  /** A colour of the tester's own, as `#rrggbb`. */
  readonly accent: string | undefined;
  /** Which company is shown; `undefined`: the address does not say. */
  readonly company: string | undefined;
}

const faultNames = new Set(Object.values(faultGroups).flatMap((group) => Object.keys(group)));
const isFault = (name: string): name is Fault => faultNames.has(name);

const isOption = <Name extends SelectName>(name: Name, value: string | null): value is Value<Name> =>
  value !== null && Object.hasOwn(selects[name].options, value);

const isScenario = (value: string | null): value is ScenarioName => value !== null && Object.hasOwn(scenarios, value);

/** Where the software is offered. */
const countryOf = (platform: Value<'platform'>): Value<'country'> =>
  platform === 'quickbooks' ? 'US' : platform === 'exact' ? 'NL' : 'GB';

/** What the address does not say, or says wrongly, is as usual. */
export const readAddress = (query: URLSearchParams): Address => {
  const named = query.get('scenario');
  const scenario = isScenario(named) ? named : undefined;
  const given: Partial<Choices> = scenario === undefined ? {} : scenarios[scenario].choices;
  const pick = <Name extends SelectName>(name: Name, usual: Value<Name>): Value<Name> => {
    const value = query.get(name);
    return isOption(name, value) ? value : usual;
  };
  const usualPlatform = given.platform ?? 'any';
  const platform = pick('platform', usualPlatform);
  const usual: Choices = {
    size: given.size ?? 'few',
    platform: usualPlatform,
    stage: given.stage ?? 'connected',
    latency: given.latency ?? '0',
    view: given.view ?? 'elements',
    country: countryOf(platform),
    language: 'en-GB',
    scheme: 'system',
    brand: 'northbridge',
    fault: given.fault ?? new Set(),
  };
  const faults = query.get('fault')?.split(',');
  const accent = query.get('accent') ?? '';
  const company = query.get('company') ?? '';
  return {
    scenario,
    usual,
    choices: {
      size: pick('size', usual.size),
      platform,
      stage: pick('stage', usual.stage),
      latency: pick('latency', usual.latency),
      view: pick('view', usual.view),
      country: pick('country', usual.country),
      language: pick('language', usual.language),
      scheme: pick('scheme', usual.scheme),
      brand: pick('brand', usual.brand),
      fault: faults === undefined ? usual.fault : new Set(faults.filter(isFault)),
    },
    accent: /^#[0-9a-f]{6}$/i.test(accent) ? accent.toLowerCase() : undefined,
    company: /^[a-z0-9-]{1,40}$/.test(company) ? company : undefined,
  };
};

/** Nothing but the look is chosen: every such address shows one and the same company. */
export const isPlain = (query: URLSearchParams): boolean => {
  const own = Object.entries(selects).flatMap(([name, { kind }]) => (kind === 'look' ? [] : [name]));
  return !['scenario', 'fault', ...own].some((name) => query.has(name));
};

/** The controls of a playground as they stand, and the address that says the same. */
import type { Choices, CodeKind } from './code.ts';
import type { Software } from './example-company.ts';
import type { Fault } from './example-feed.ts';
import type { Platform } from './wire.ts';

export interface Chosen extends Choices {
  readonly platform: string;
  readonly stage: 'new' | 'connected' | 'chosen' | 'sending';
  readonly size: number;
  readonly scheme: string;
  readonly width: string;
  readonly latency: number;
  readonly faults: ReadonlySet<Fault>;
}

type Control = HTMLInputElement | HTMLSelectElement;

const isControl = (element: Element): element is Control =>
  element instanceof HTMLInputElement || element instanceof HTMLSelectElement;

export const controlsOf = (form: HTMLFormElement): Control[] => [...form.elements].filter(isControl);

/** Empty where it stands as at first. */
const valueOf = (control: Control): string => {
  if (control instanceof HTMLSelectElement) return control.value;
  if (control.type === 'checkbox') return control.checked ? control.value : '';
  if (control.type === 'color') return control.value === control.dataset['usual'] ? '' : control.value;
  return control.value.trim();
};

const firstOf = (control: Control): string =>
  control instanceof HTMLSelectElement
    ? ([...control.options].find(({ defaultSelected }) => defaultSelected)?.value ?? '')
    : '';

/** What a style sheet does not take is not written into one. */
const style = (control: Control): (readonly [string, string])[] => {
  const property = control.dataset['token'];
  const value = valueOf(control);
  if (property === undefined || value === '') return [];
  const said = `${value}${control.dataset['unit'] ?? ''}`;
  const fits = control.dataset['unit'] === undefined ? CSS.supports('color', said) : CSS.supports('width', said);
  return fits ? [[property, said]] : [];
};

const one = <Value extends string>(value: string, ...values: readonly Value[]): Value | undefined =>
  values.find((each) => each === value);

export const read = (form: HTMLFormElement, tag: string): Chosen => {
  const controls = controlsOf(form);
  const value = (name: string): string => {
    const control = controls.find((each) => each.name === name);
    return control ? valueOf(control) : '';
  };
  const scheme = value('scheme');
  const font = value('font');
  return {
    tag,
    attributes: controls.flatMap((control) => {
      const { attribute: name, field = '' } = control.dataset;
      const said = valueOf(control);
      if (name === undefined || said === '') return [];
      const value = control instanceof HTMLInputElement && control.type === 'checkbox' ? (true as const) : said;
      return [{ name, field, value }];
    }),
    styles: [
      ...(scheme === 'system' ? [] : [['color-scheme', scheme] as const]),
      ...(font === '' ? [] : [['font-family', font] as const]),
      ...controls.flatMap((control) => style(control)),
    ],
    language: value('language'),
    platform: value('platform'),
    stage: one(value('stage'), 'connected', 'chosen', 'sending') ?? 'new',
    size: Number(value('size')),
    scheme,
    width: value('width'),
    latency: Number(value('latency')),
    faults: new Set(
      controls.flatMap((control) => {
        const fault = control.name === 'fault' && one(valueOf(control), 'offline', 'down', 'ended', 'refused');
        return fault === false || fault === undefined ? [] : [fault];
      }),
    ),
  };
};

/** Each platform, with the facts that the build has put beside it. */
export const softwareOf = (form: HTMLFormElement): Software[] => {
  const control = form.elements.namedItem('platform');
  const options = control instanceof HTMLSelectElement ? [...control.options] : [];
  return options.flatMap(({ value, text, dataset }) =>
    isPlatform(value)
      ? [{ platform: value, name: text, inside: dataset['connect'] !== 'redirect', region: dataset['region'] ?? 'GB' }]
      : [],
  );
};

/** The build writes the options from the table of platforms. */
const isPlatform = (value: string): value is Platform => value !== '';

export const query = (form: HTMLFormElement, kind: CodeKind): string => {
  const said = new URLSearchParams();
  for (const control of controlsOf(form)) {
    const value = valueOf(control);
    if (value !== firstOf(control)) said.append(control.name, value);
  }
  if (kind !== 'html') said.set('code', kind);
  return said.size === 0 ? '' : `?${said}`;
};

export const restore = (form: HTMLFormElement, said: URLSearchParams): void => {
  for (const control of controlsOf(form)) {
    if (!said.has(control.name)) continue;
    if (control instanceof HTMLInputElement && control.type === 'checkbox')
      control.checked = said.getAll(control.name).includes(control.value);
    else {
      const value = said.get(control.name) ?? '';
      const known = control instanceof HTMLInputElement || [...control.options].some((each) => each.value === value);
      if (known) control.value = value;
    }
  }
};

import { html, nothing, render, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Target } from '../../contract/schemas.ts';
import type { MappingDraft } from '../../flow/mapping.ts';
import { finder, searchable } from '../../flow/search.ts';
import type { LocaleController } from '../controllers/locale.ts';
import { accountNumber } from '../internal/templates.ts';
import { targetOf, whyNotText, type Choice, type ChoiceValue } from './choice-text.ts';
import { besideField } from './picker-place.ts';

/** More than anybody reads; typing finds the others. */
const mostShown = 100;
/** Drawn at once: more than the list has room for. The others follow when one goes further down. */
const firstShown = 12;
/** Said when typing pauses, so that it does not talk over the letters. */
const pause = 500;
const page = 10;

interface Options {
  readonly locale: LocaleController;
  readonly platform: () => string;
  /** Every target for the account of a field, those it may go to first. */
  readonly choices: (accountId: string) => readonly Choice[];
  readonly chosen: (accountId: string) => ChoiceValue;
  /** What the field shows while nobody types. */
  readonly textOf: (accountId: string) => string;
  readonly say: (text: string) => void;
  readonly choose: (accountId: string, target: MappingDraft['target']) => void;
}

interface Option {
  readonly value: ChoiceValue;
  readonly text: string;
  readonly choice?: Choice;
  /** For the search. */
  readonly prepared: string;
}

type Host = ReactiveControllerHost & { readonly renderRoot: ParentNode };

/**
 * The list behind every field for a target: an editable combobox with list autocomplete (ARIA Authoring Practices).
 * One list for all rows, in the top layer; focus stays in the field. It draws itself, so that a key typed into one
 * field costs nothing in a thousand rows.
 */
export class TargetPicker implements ReactiveController {
  readonly #host: Host;
  readonly #options: Options;
  /** The field the list is open for. */
  #field: HTMLInputElement | undefined;
  #prepared: HTMLInputElement | undefined;
  #all: readonly Option[] = [];
  #found: readonly Option[] = [];
  #active = -1;
  #drawn = firstShown;
  #scrolledDown = false;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, options: Options) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  /** Not every browser says that a field which goes away is left. */
  hostUpdated(): void {
    if (this.#field && !this.#field.isConnected) this.close();
  }

  hostDisconnected(): void {
    this.close();
  }

  /** The empty list; to be put behind the rows, in the same root, and never to be filled by the host. */
  template(): TemplateResult {
    return html`<div
      class="picker"
      part="picker"
      popover="manual"
      @mousedown=${(event: Event) => event.preventDefault()}
      @click=${this.#clicked}
      @scroll=${this.#scrolled}
    >
      <ul id="targets" class="list" role="listbox" aria-label=${this.#label()} @scroll=${this.#scrolled}></ul>
      <p class="small muted" hidden></p>
    </div>`;
  }

  #label(): string {
    return this.#options.locale.t('mapping.target', { platform: this.#options.platform() });
  }

  /** To be put on what holds the fields. */
  readonly focused = ({ target }: Event): void => {
    if (!isField(target)) return;
    target.select();
    this.#prepare(target);
  };

  readonly pressed = ({ target }: Event): void => {
    if (isField(target) && target !== this.#field) this.#open(target, '');
  };

  readonly typed = ({ target }: Event): void => {
    if (isField(target)) this.#open(target, target.value.trim());
  };

  readonly left = ({ target }: Event): void => {
    if (!isField(target)) return;
    const id = accountOf(target);
    const emptied = target.value.trim() === '' && this.#options.chosen(id) !== 'later';
    this.close();
    if (emptied) this.#options.choose(id, { kind: 'later' });
    else target.value = this.#options.textOf(id);
  };

  readonly keyed = (event: KeyboardEvent): void => {
    const { target, key, altKey, isComposing } = event;
    if (!isField(target) || isComposing || event.ctrlKey || event.metaKey) return;
    const open = this.#field === target;
    const last = Math.min(this.#found.length, mostShown) - 1;
    switch (key) {
      case 'ArrowDown':
      case 'ArrowUp':
        event.preventDefault();
        if (!open) this.#open(target, '');
        else if (altKey && key === 'ArrowUp') this.close();
        else this.#move(key === 'ArrowDown' ? this.#active + 1 : this.#active - 1, last);
        return;
      case 'PageDown':
      case 'PageUp':
        if (!open) return;
        event.preventDefault();
        this.#move(Math.max(0, Math.min(last, this.#active + (key === 'PageDown' ? page : -page))), last);
        return;
      case 'Enter':
        // A field with a list does not send the form: what is in it may be half typed.
        event.preventDefault();
        if (open) this.#take(this.#active);
        else this.#open(target, '');
        return;
      case 'Escape':
        if (!open) return;
        // The dialog around it stays open.
        event.preventDefault();
        event.stopPropagation();
        this.close();
        target.value = this.#options.textOf(accountOf(target));
        target.select();
        return;
      default:
    }
  };

  close(): void {
    clearTimeout(this.#pause);
    if (!this.#field) return;
    this.#field.setAttribute('aria-expanded', 'false');
    this.#field.removeAttribute('aria-activedescendant');
    this.#field = undefined;
    this.#prepared = undefined;
    removeEventListener('scroll', this.#moved, true);
    removeEventListener('resize', this.#moved);
    const popover = this.#popover();
    if (popover?.matches(':popover-open')) popover.hidePopover();
  }

  #open(field: HTMLInputElement, query: string): void {
    const opens = this.#field !== field;
    if (opens) {
      this.close();
      if (this.#prepared !== field) this.#prepare(field);
      this.#field = field;
      field.setAttribute('aria-expanded', 'true');
      addEventListener('scroll', this.#moved, { capture: true, passive: true });
      addEventListener('resize', this.#moved);
    }
    this.#found = query === '' ? this.#all : this.#search(query);
    // While one types, Enter takes the first that can be taken; a list just opened waits for a choice.
    this.#active = query === '' ? -1 : this.#found.findIndex(({ choice }) => !choice?.whyNot);
    this.#drawn = firstShown;
    // Before anything changes: asking for a place afterwards would have the page laid out twice.
    if (opens) this.#moved();
    this.#draw();
    if (opens) this.#popover()?.showPopover();
    else if (this.#scrolledDown) this.#list()?.scrollTo(0, 0);
    this.#scrolledDown = false;
    this.#sayFound(query);
  }

  /** Done when somebody comes near, so that the first key finds it done. */
  #prepare(field: HTMLInputElement): void {
    this.#prepared = field;
    this.#all = this.#optionsOf(accountOf(field));
    this.#found = this.#all;
    this.#drawn = firstShown;
    this.#draw(field);
  }

  #optionsOf(accountId: string): Option[] {
    const { locale, platform, choices, chosen } = this.#options;
    const later: Option = { value: 'later', text: locale.t('mapping.later'), prepared: '' };
    return [
      ...(chosen(accountId) === 'later' ? [] : [later]),
      { value: 'new', text: locale.t('mapping.new', { platform: platform() }), prepared: '' },
      ...choices(accountId).map((choice): Option => {
        const { id, name } = choice.target;
        return { value: `=${id}`, text: name, choice, prepared: preparedFor(choice.target) };
      }),
    ];
  }

  /** A new account can be had whatever was searched for; it comes after what was found. */
  #search(query: string): Option[] {
    const find = finder(query);
    const found = this.#all.filter(({ choice, prepared }) => choice && find(prepared));
    const free = found.filter(({ choice }) => !choice?.whyNot);
    return [
      ...free.slice(0, mostShown - 1),
      ...this.#all.filter(({ value }) => value === 'new'),
      ...free.slice(mostShown - 1),
      ...found.filter(({ choice }) => choice?.whyNot),
    ];
  }

  #move(to: number, last: number): void {
    this.#active = to > last ? 0 : to < 0 ? last : to;
    if (this.#active >= this.#drawn - 1) this.#drawn = mostShown;
    this.#draw();
    this.#reveal();
  }

  #take(index: number): void {
    const option = this.#found[index];
    const field = this.#field;
    if (!option || !field || option.choice?.whyNot) return;
    const id = accountOf(field);
    this.close();
    this.#options.choose(id, targetOf(option.value));
    field.value = this.#options.textOf(id);
  }

  #draw(field = this.#field): void {
    const popover = this.#popover();
    const list = this.#list();
    const more = popover?.querySelector('p');
    if (!field || !list || !more) return;
    const rest = this.#found.length - mostShown;
    const chosen = this.#options.chosen(accountOf(field));
    render(
      this.#found.slice(0, this.#drawn).map((option, index) => this.#option(option, index, chosen)),
      list,
    );
    more.hidden = rest <= 0;
    more.textContent = rest > 0 ? this.#options.locale.t('mapping.more', { count: rest }) : '';
    if (this.#active < 0) field.removeAttribute('aria-activedescendant');
    else field.setAttribute('aria-activedescendant', `target-${this.#active}`);
  }

  #option({ value, text, choice }: Option, index: number, chosen: ChoiceValue): TemplateResult {
    const { locale } = this.#options;
    const whyNot = choice?.whyNot;
    return html`<li
      id="target-${index}"
      class="option ${index === this.#active ? 'active' : ''}"
      role="option"
      data-index=${index}
      aria-selected=${value === chosen}
      aria-disabled=${whyNot ? 'true' : nothing}
      aria-setsize=${this.#found.length}
      aria-posinset=${index + 1}
    >
      ${choice ? html`<span translate="no" data-private>${text}</span> ${accountNumber(choice.target.last4, locale)}` : text}
      ${whyNot ? html`<span class="small block">${whyNotText(whyNot, locale)}</span>` : nothing}
    </li>`;
  }

  #reveal(): void {
    this.#popover()?.querySelector('.active')?.scrollIntoView({ block: 'nearest' });
  }

  #sayFound(query: string): void {
    clearTimeout(this.#pause);
    if (query === '') return;
    const { t } = this.#options.locale;
    const count = this.#found.filter(({ value }) => value !== 'new').length;
    const text = count === 0 ? t('accounts.search.none', { query }) : t('accounts.search.found', { count });
    this.#pause = setTimeout(() => this.#options.say(text), pause);
  }

  #list(): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>('#targets');
  }

  #popover(): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>('.picker');
  }

  readonly #clicked = ({ target }: Event): void => {
    const option = target instanceof Element ? target.closest<HTMLElement>('[role=option]') : null;
    if (option) this.#take(Number(option.dataset['index']));
  };

  readonly #scrolled = (): void => {
    this.#scrolledDown = true;
    if (this.#drawn === mostShown || !this.#list()?.scrollTop) return;
    this.#drawn = mostShown;
    this.#draw();
  };

  readonly #moved = (event?: Event): void => {
    const popover = this.#popover();
    // Its own scrolling is no reason to move it.
    if (!popover || !this.#field || (event?.target instanceof Node && popover.contains(event.target))) return;
    if (this.#field.isConnected) besideField(popover, this.#field);
    else this.close();
  };
}

const isField = (target: EventTarget | null): target is HTMLInputElement =>
  target instanceof HTMLInputElement && target.role === 'combobox';

const accountOf = (field: Element): string => field.closest<HTMLElement>('[data-account]')?.dataset['account'] ?? '';

const prepared = new WeakMap<Target, string>();

/** Prepared once for all fields: the same targets stand behind each of them. */
const preparedFor = (target: Target): string => {
  const known = prepared.get(target) ?? searchable(target.name, target.last4 ?? '');
  prepared.set(target, known);
  return known;
};

'use client';
/**
 * The elements as React components, for React 18, which sets attributes only, and wherever an element may be defined
 * after it was rendered. Each loads its element when it is first on a page that does not have it.
 */
import {
  createElement,
  forwardRef,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  type ForwardRefExoticComponent,
  type HTMLAttributes,
  type RefAttributes,
} from 'react';
import type { BankFeedErrorEvent } from '../elements/index.ts';
import {
  properties,
  type BankFeedElements,
  type BankFeedEvents,
  type BankFeedHandler,
  type BankFeedProperties,
  type BankFeedTag,
} from './tags.ts';

export type { BankFeedElements, BankFeedEvents, BankFeedSlots, BankFeedTag } from './tags.ts';

/** `bank-feed-state-change` as `BankFeedStateChange`. */
type Pascal<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Pascal<Rest>}`
  : Capitalize<Name>;

/** Properties of the element, `onBankFeed…` for its events, and what React knows of every element of HTML. */
export type BankFeedProps<Tag extends BankFeedTag> = HTMLAttributes<BankFeedElements[Tag]> &
  BankFeedProperties<Tag> & {
    [Name in BankFeedEvents[Tag] as `on${Pascal<Name>}`]?: BankFeedHandler<Name> | undefined;
  };

export type BankFeedComponent<Tag extends BankFeedTag> = ForwardRefExoticComponent<
  BankFeedProps<Tag> & RefAttributes<BankFeedElements[Tag]>
>;

/** Attributes of HTML that are said by being there. */
const flags = /* @__PURE__ */ new Set(['autoFocus', 'hidden', 'inert', 'itemScope']);

/** A server shows nothing that would have to wait, and React 18 warns there of the other one. */
const useCommit = typeof document === 'undefined' ? useEffect : useLayoutEffect;

/** `BankFeedErrorEvent` without its class, which would come with what did not come. */
const missing = (tag: string, cause: unknown): Event =>
  Object.assign(new Event('bank-feed-error', { bubbles: true, composed: true }), {
    code: 'network',
    message: `<${tag}> could not be loaded: ${String(cause)}`,
    field: undefined,
    correlationId: undefined,
    recoverable: true,
  } satisfies Omit<BankFeedErrorEvent, keyof Event>);

function wrap<Tag extends BankFeedTag>(tag: Tag, load: () => Promise<unknown>): BankFeedComponent<Tag>;
function wrap(tag: string, load: () => Promise<unknown>): ForwardRefExoticComponent<RefAttributes<HTMLElement>> {
  return forwardRef<HTMLElement, object>((props, ref) => {
    const given: Readonly<Record<string, unknown>> = { ...props };
    const element = useRef<HTMLElement>(null);
    const before = useRef<Readonly<Record<string, unknown>>>({});
    const sessions = useRef(0);
    const rest: Record<string, unknown> = { ref: element };
    const handlers: [string, (event: Event) => void][] = [];
    for (const [name, value] of Object.entries(given))
      if (name.startsWith('onBankFeed')) {
        const type = name.slice(2).replace(/(?!^)[A-Z]/g, '-$&');
        if (typeof value === 'function') handlers.push([type.toLowerCase(), (event) => void value(event)]);
      } else if (!properties.some((own) => own === name)) {
        // React 18 writes them as they stand: an attribute `classname`, and `hidden="false"`, which hides.
        rest[name === 'className' ? 'class' : name] = flags.has(name) ? value || undefined : value;
      }
    useImperativeHandle<unknown, unknown>(ref, () => element.current, []);
    useCommit(() => {
      const { current } = element;
      if (!current) return undefined;
      // Before the element is defined, too: it takes what it finds on itself.
      for (const name of properties)
        if (name in given || name in before.current) Reflect.set(current, name, given[name]);
      // One made anew at each drawing would ask for a session at each, for ever where an event draws.
      if (before.current['getToken'] === given['getToken']) sessions.current = 0;
      else if (++sessions.current === 5)
        // oxlint-disable-next-line no-console -- Nothing on the page would tell the developer.
        console.warn(`<${tag}>: getToken is new at each drawing. Keep it, by useCallback or outside the component.`);
      before.current = given;
      for (const [type, hear] of handlers) current.addEventListener(type, hear);
      return () => {
        for (const [type, hear] of handlers) current.removeEventListener(type, hear);
      };
    });
    useEffect(() => {
      const come = (): void => {
        if (!customElements.get(tag))
          load().catch((cause: unknown) => element.current?.dispatchEvent(missing(tag, cause)));
      };
      come();
      addEventListener('online', come);
      return () => removeEventListener('online', come);
    }, []);
    return createElement(tag, rest);
  });
}

export const BankFeedProvider: BankFeedComponent<'bank-feed-provider'> = /* @__PURE__ */ wrap(
  'bank-feed-provider',
  () => import('../elements/provider/define.ts'),
);
export const BankFeedConnect: BankFeedComponent<'bank-feed-connect'> = /* @__PURE__ */ wrap(
  'bank-feed-connect',
  () => import('../elements/connect/define.ts'),
);
export const BankFeedAccounts: BankFeedComponent<'bank-feed-accounts'> = /* @__PURE__ */ wrap(
  'bank-feed-accounts',
  () => import('../elements/accounts/define.ts'),
);
export const BankFeedMapping: BankFeedComponent<'bank-feed-mapping'> = /* @__PURE__ */ wrap(
  'bank-feed-mapping',
  () => import('../elements/mapping/define.ts'),
);
export const BankFeedStatus: BankFeedComponent<'bank-feed-status'> = /* @__PURE__ */ wrap(
  'bank-feed-status',
  () => import('../elements/status/define.ts'),
);
export const BankFeedSetup: BankFeedComponent<'bank-feed-setup'> = /* @__PURE__ */ wrap(
  'bank-feed-setup',
  () => import('../elements/setup/define.ts'),
);

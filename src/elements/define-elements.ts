import { BankFeedAccounts } from './accounts/bank-feed-accounts.ts';
import { BankFeedConnect } from './connect/bank-feed-connect.ts';
import { define } from './internal/define.ts';
import { BankFeedMapping } from './mapping/bank-feed-mapping.ts';
import { BankFeedProvider } from './provider/bank-feed-provider.ts';
import { BankFeedSetup } from './setup/bank-feed-setup.ts';
import { BankFeedStatus } from './status/bank-feed-status.ts';

export interface DefineOptions {
  /** `acme` makes `<acme-setup>`, `<acme-connect>` and so on; `bank-feed` where it is left out. */
  readonly prefix?: string;
  /** The page's where it is left out. A scoped one is for shadow roots, in browsers that know such registries. */
  readonly registry?: CustomElementRegistry;
}

const usualPrefix = 'bank-feed';

/** The provider first, so that the others find it. */
const parts: Readonly<Record<string, new () => HTMLElement>> = {
  provider: BankFeedProvider,
  connect: BankFeedConnect,
  accounts: BankFeedAccounts,
  mapping: BankFeedMapping,
  status: BankFeedStatus,
};

const partNames = Object.keys(parts).map((part) => `${usualPrefix}-${part}`);

/** Renamed in the template's own inert document, so that nothing comes to life under the wrong name. */
const rename = (template: DocumentFragment, prefix: string): void => {
  for (const element of template.querySelectorAll(partNames.join())) {
    const renamed = template.ownerDocument.createElement(element.localName.replace(usualPrefix, prefix));
    for (const { name, value } of element.attributes) renamed.setAttribute(name, value);
    renamed.append(...element.childNodes);
    element.replaceWith(renamed);
  }
};

/** The set-up writes the names of its parts in its templates, which Lit has copied by this. */
const setupWith = (prefix: string, registry: CustomElementRegistry): typeof BankFeedSetup => {
  const scoped = registry === customElements ? {} : { customElementRegistry: registry };
  const creationScope = {
    importNode(template: Node, deep?: boolean): Node {
      const copy = template.cloneNode(deep);
      if (copy instanceof DocumentFragment) rename(copy, prefix);
      // The option takes the place of the flag, and TypeScript's DOM does not know it yet.
      return 'customElementRegistry' in scoped
        ? Reflect.apply(Reflect.get(document, 'importNode'), document, [copy, scoped])
        : document.importNode(copy, deep);
    },
  };
  return class extends BankFeedSetup {
    static override readonly shadowRootOptions: ShadowRootInit = { ...BankFeedSetup.shadowRootOptions, ...scoped };

    protected override createRenderRoot(): HTMLElement | DocumentFragment {
      this.renderOptions.creationScope = creationScope;
      return super.createRenderRoot();
    }
  };
};

/**
 * Registers every element under names of the page's own, in a registry of its own, or both. A name that is taken stays
 * with whoever has it. Throws where `prefix` cannot begin the name of a custom element.
 */
export const defineElements = ({ prefix = usualPrefix, registry = customElements }: DefineOptions = {}): void => {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(prefix))
    throw new TypeError(`prefix must begin with a letter, and have lower-case letters, digits and single dashes only.`);
  const usual = prefix === usualPrefix && registry === customElements;
  // One class has one name in a registry: under another one each is a class of its own.
  for (const [part, Part] of Object.entries(parts))
    define(`${prefix}-${part}`, usual ? Part : class extends Part {}, registry);
  define(`${prefix}-setup`, usual ? BankFeedSetup : setupWith(prefix, registry), registry);
};

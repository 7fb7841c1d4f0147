/** Registers once: a script loaded twice, or a second version on the page, leaves the first one in place. */
export const define = (name: string, element: CustomElementConstructor, registry = customElements): void => {
  if (!registry.get(name)) registry.define(name, element);
};

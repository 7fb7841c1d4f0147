/** Registers once: a script loaded twice, or a second version on the page, leaves the first one in place. */
export const define = (name: string, element: CustomElementConstructor): void => {
  if (!customElements.get(name)) customElements.define(name, element);
};

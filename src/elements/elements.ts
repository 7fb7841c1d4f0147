/** The classes, registered by nobody, and what registers them under names, or in a registry, of a page's own. */
export * from './index.ts';
export { defineElements, type DefineOptions } from './define-elements.ts';

const told = new Set<string>();

/** What cannot be as it was is said once a page, to whoever reads the console. */
export const warnOnce = (what: string): void => {
  if (told.has(what)) return;
  told.add(what);
  // oxlint-disable-next-line no-console -- The developer who migrates is who has to read it.
  console.warn(`bank-feed-elements/codat-link: ${what} See docs/migration.md.`);
};

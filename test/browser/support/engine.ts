const isChromium = /Chrom(e|ium)\//.test(navigator.userAgent);

/**
 * For what only Chromium can be made to show: emulated colour schemes, forced colours and reduced motion. The other
 * browsers count these tests as skipped.
 */
export const inChromium = { describe: isChromium ? describe : describe.skip, it: isChromium ? it : it.skip };

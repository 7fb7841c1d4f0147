const isChromium = /Chrom(e|ium)\//.test(navigator.userAgent);

/**
 * For what only Chromium can be made to show, such as emulated colour schemes, forced colours and reduced motion, and for
 * what is the same in all of them, as the frameworks are. The other browsers count these tests as skipped.
 */
export const inChromium = { describe: isChromium ? describe : describe.skip, it: isChromium ? it : it.skip };

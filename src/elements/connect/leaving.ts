/** A page on its way to another one still takes clicks for a moment; so long the button stays as it is. */
const atMost = 5_000;

/** Resolves when the page was shown again, or was not left after all; an end of the element ends it. */
export const leftThePage = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener('pageshow', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, atMost);
    addEventListener('pageshow', done);
    signal.addEventListener('abort', done);
  });

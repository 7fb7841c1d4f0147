/** Runs in the page. Resolves with the time at which what stands in the document now has been painted. */
export const painted = (): Promise<number> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => {
      // A message sent from a frame's callback arrives once that frame is done.
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => resolve(performance.now()), { once: true });
      port1.start();
      port2.postMessage('');
    });
  });

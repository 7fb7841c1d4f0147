/**
 * The connection for which this tab left the page: the page that the customer comes back to is another one, and could
 * not tell a connection that has just been made from one that has long been there. Where a page may keep nothing, it
 * does not learn that.
 */
const key = 'bank-feed-left-for';

export const noteLeaving = (connectionId: string): void => {
  try {
    sessionStorage.setItem(key, connectionId);
  } catch {
    // No storage here.
  }
};

/** True once, for the connection that was left for. */
export const cameBack = (connectionId: string): boolean => {
  try {
    const left = sessionStorage.getItem(key) === connectionId;
    if (left) sessionStorage.removeItem(key);
    return left;
  } catch {
    return false;
  }
};

const { customer } = document.body.dataset;

/** To the bank's own backend, for the customer of this page; null where the bank has signed them out. */
export const post = async (path, query = {}, signal) => {
  const response = await fetch(`${path}?${new URLSearchParams({ ...query, customer })}`, { method: 'POST', signal });
  if (response.status === 401) return null;
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? 'The demo bank did not answer.');
  return answer;
};

export const read = async (path) => (await fetch(`${path}?${new URLSearchParams({ customer })}`)).json();

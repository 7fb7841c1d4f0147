import type { GetToken } from 'bank-feed-elements/client';

// Kept outside of components: a new function would begin a new session.
export const getToken: GetToken = async ({ signal }) => {
  const response = await fetch('https://feeds.bank.example/session', { credentials: 'include', signal });
  if (response.status === 401) return null; // nobody is signed in
  if (!response.ok) throw new Error(`The session could not be read: ${response.status}`);
  return response.text();
};

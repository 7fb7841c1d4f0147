const setup = document.querySelector('bank-feed-setup');

setup.getToken = async ({ signal }) => {
  const response = await fetch('https://feeds.bank.example/session', { credentials: 'include', signal });
  if (response.status === 401) return null; // nobody is signed in
  if (!response.ok) throw new Error(`The session could not be read: ${response.status}`);
  return response.text();
};
setup.texts = { 'connect.partner': 'Northbridge Bank' };

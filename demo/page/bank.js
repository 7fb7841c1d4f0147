const byId = (id) => document.getElementById(id);
const post = async (path, signal) => {
  const response = await fetch(path, { method: 'POST', signal });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? 'The demo bank did not answer.');
  return answer;
};

// All the widget needs of a partner's page: a way to a short-lived token.
const feed = byId('feed');
feed.getToken = async ({ signal }) => (await post('/session', signal)).token;

feed.texts = { 'connect.partner': 'Northbridge Bank' };

// Each element where the bank wants it, or all of them as one way that is walked in order.
const show = (view) => {
  feed.replaceChildren(byId(`view-${view}`).content.cloneNode(true));
  setCountry(byId('country').value);
};
const setCountry = (country) => {
  for (const element of feed.querySelectorAll('bank-feed-connect, bank-feed-setup'))
    element.setAttribute('country', country);
};

// The settings live in the URL, so that what a tester saw can be shared; the accounting software sends its visitors
// back without them.
const settings = new URLSearchParams(sessionStorage.getItem('settings') ?? '');
for (const [name, value] of new URLSearchParams(location.search)) settings.set(name, value);
const controls = {
  country: setCountry,
  view: show,
  // Of the widget: the demo around it is in English.
  language: (value) => {
    feed.lang = value;
    feed.dir = value === 'ar' ? 'rtl' : 'ltr';
  },
  scheme: (value) => document.documentElement.style.setProperty('color-scheme', value),
  accent: (value) => document.documentElement.style.setProperty('--bank-feed-accent', value),
};
for (const [name, apply] of Object.entries(controls)) {
  const control = byId(name);
  const usual = control.value;
  const wanted = settings.get(name) ?? usual;
  control.value = wanted;
  if (control.value !== wanted) control.value = usual;
  apply(control.value);
  control.addEventListener('input', () => {
    apply(control.value);
    settings.set(name, control.value);
    sessionStorage.setItem('settings', settings.toString());
    history.replaceState(null, '', `?${settings}`);
  });
}
sessionStorage.setItem('settings', settings.toString());

const bank = byId('bank');
const button = byId('make-button');
const showAccounts = async () => {
  const accounts = await (await fetch('/accounts')).json();
  byId('account').replaceChildren(...accounts.map(({ id, accountName }) => new Option(accountName, id)));
};
if (bank.dataset.push !== 'true') {
  button.disabled = true;
  byId('made').textContent = 'Off: this is the real Codat. Start with --allow-push to send demo transactions.';
}
let making = false;
const setMaking = (busy) => {
  making = busy;
  // A disabled button would lose the focus.
  button.setAttribute('aria-disabled', String(busy));
};
const make = async () => {
  if (making) return;
  setMaking(true);
  const query = new URLSearchParams({ account: byId('account').value, count: byId('count').value });
  try {
    const { made, accepted, waiting } = await post(`/transactions?${query}`);
    byId('made').textContent =
      waiting === 'not-connected'
        ? `${made} made. They wait until this account is connected, and leave then by themselves.`
        : `${made} made, ${accepted} handed over for delivery.`;
  } catch (error) {
    byId('made').textContent = error.message;
  }
  setMaking(false);
};
byId('make').addEventListener('submit', (event) => {
  event.preventDefault();
  void make();
});
void showAccounts();

const software = byId('software');
const { url } = software.dataset;
if (url) {
  const frame = document.createElement('iframe');
  frame.title = 'Accounting software (simulated)';
  frame.src = url;
  byId('software-empty').remove();
  software.append(frame);
  // Another software may come next: these books are left for the list of all.
  feed.addEventListener('bank-feed-disconnected', ({ accountId }) => {
    if (!accountId) frame.src = url;
  });
} else {
  byId('software-empty').textContent = 'Sign in to your accounting software to see what arrived.';
}

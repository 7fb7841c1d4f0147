// Everything the widget tells the page it stands in, as a partner's developer hears it.
const byId = (id) => document.getElementById(id);
const most = 200;

const names = [
  'consent',
  'connection-started',
  'navigate',
  'connected',
  'accounts-chosen',
  'mapped',
  'finished',
  'close',
  'step',
  'handover',
  'disconnected',
  'state-change',
  'session-expired',
  'error',
].map((name) => `bank-feed-${name}`);

// The page is left for the accounting software: what was told just before is still of interest afterwards.
const key = `events of ${document.body.dataset.customer}`;
let entries = JSON.parse(sessionStorage.getItem(key) ?? '[]');

/** What is in the event, but for the one-time password that opens the software's page. */
const dataOf = (event) => {
  const fields = Object.entries(event).filter(([name, value]) => name !== 'isTrusted' && value !== undefined);
  return Object.fromEntries(
    fields.map(([name, value]) => [name, name === 'url' ? value.replace(/otp=[^&]*/, 'otp=…') : value]),
  );
};

const line = ({ at, type, from, data }) => {
  const item = document.createElement('li');
  const time = document.createElement('time');
  time.dateTime = at;
  time.textContent = new Date(at).toLocaleTimeString('en-GB');
  const name = document.createElement('strong');
  name.textContent = type;
  const source = document.createElement('span');
  source.textContent = from;
  const told = document.createElement('code');
  told.textContent = Object.entries(data)
    .map(([field, value]) => `${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ');
  item.append(time, name, source, told);
  return item;
};

const showCount = () => {
  byId('log-count').textContent = entries.length > 0 ? `(${entries.length})` : '';
  byId('log-empty').hidden = entries.length > 0;
  byId('log').hidden = entries.length === 0;
};
const showAll = () => {
  byId('log').replaceChildren(...entries.map(line));
  showCount();
};

for (const type of names)
  document.addEventListener(type, (event) => {
    const entry = { at: new Date().toISOString(), type, from: event.target.localName, data: dataOf(event) };
    entries = [entry, ...entries].slice(0, most);
    sessionStorage.setItem(key, JSON.stringify(entries));
    byId('log').prepend(line(entry));
    byId('log').children[most]?.remove();
    byId('log-said').textContent = '';
    showCount();
  });

byId('clear-log').addEventListener('click', () => {
  entries = [];
  sessionStorage.removeItem(key);
  showAll();
});
byId('copy-log').addEventListener('click', () => {
  navigator.clipboard.writeText(entries.map((entry) => JSON.stringify(entry)).join('\n')).then(
    () => (byId('log-said').textContent = 'Copied'),
    () => (byId('log-said').textContent = 'Not copied'),
  );
});
showAll();

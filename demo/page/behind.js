// Behind the scenes: the bank's own backend, what the proxy holds, and the accounting software.
import { post, read } from './requests.js';

const byId = (id) => document.getElementById(id);
const feed = byId('feed');
const bank = byId('bank');
const button = byId('make-button');
const isLive = document.documentElement.dataset.live === 'true';

const showAccounts = async () => {
  const accounts = await read('/accounts');
  byId('account').replaceChildren(...accounts.map(({ id, accountName }) => new Option(accountName, id)));
};
const nameOf = (accountId) =>
  [...byId('account').options].find(({ value }) => value === accountId)?.textContent ?? accountId;

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
  try {
    const wish = { account: byId('account').value, count: byId('count').value };
    const { made, accepted, waiting } = await post('/transactions', wish);
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

const say = async (work) => {
  try {
    byId('done').textContent = (await work()).done;
  } catch (error) {
    byId('done').textContent = error.message;
  }
};

// What a customer could do inside the software, at once.
byId('in-software').hidden = isLive;
const platform = byId('platform')?.value;
document.querySelector('[data-do="collect"]').hidden = platform !== 'any' && platform !== 'quickbooks';
for (const action of document.querySelectorAll('[data-do]'))
  action.addEventListener('click', () => {
    void say(() => post('/software', { do: action.dataset.do, account: byId('account').value }));
  });

// What the bank's support sees and does: the customer's own page says what it means for them.
const heldItem = ({ accountId, connectionId, lines, message, actions, mayBeWritten }) => {
  const item = document.createElement('li');
  const text = document.createElement('p');
  text.textContent = `${nameOf(accountId)}: ${lines} held. ${message}`;
  const buttons = document.createElement('div');
  buttons.className = 'actions';
  const offer = (label, does) => {
    const action = document.createElement('button');
    action.type = 'button';
    action.textContent = label;
    action.addEventListener('click', () => {
      void say(() => post('/held', { do: does, account: accountId, connection: connectionId ?? '' })).then(showHeld);
    });
    buttons.append(action);
  };
  if (actions.includes('retry')) offer(mayBeWritten ? 'Not there: send again' : 'Send again', 'retry');
  if (actions.includes('skip')) offer('Never send them', 'skip');
  item.append(text, buttons);
  return item;
};
let shown = '';
const showHeld = async () => {
  if (document.visibilityState === 'hidden') return;
  const held = await read('/held').catch(() => undefined);
  // Only a change is shown: whoever is about to press a button keeps it.
  const now = JSON.stringify(held);
  if (held === undefined || now === shown) return;
  shown = now;
  byId('held').hidden = held.length === 0;
  byId('held-list').replaceChildren(...held.map(heldItem));
};
void showAccounts().then(showHeld);
setInterval(() => void showHeld(), 2000);

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

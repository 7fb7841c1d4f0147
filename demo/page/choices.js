// What a tester chooses. All of it stands in the address, so that what was seen can be shared.
import { post } from './requests.js';

const byId = (id) => document.getElementById(id);
const page = document.documentElement;
const feed = byId('feed');
const scenario = byId('scenario');
const accent = byId('accent');
const selects = [...document.querySelectorAll('#choices select')];
const faults = [...document.querySelectorAll('#choices [name="fault"]')];
const { customer } = document.body.dataset;

const chosenFaults = () => faults.filter((box) => box.checked).map((box) => box.value);

/** What is as usual stays out of it. */
const query = () => {
  const wanted = new URLSearchParams();
  if (scenario.value) wanted.set('scenario', scenario.value);
  for (const { id, value, dataset, disabled } of selects)
    if (value !== dataset.usual && !disabled) wanted.set(id, value);
  if (faults.some((box) => String(box.checked) !== box.dataset.usual))
    wanted.set('fault', chosenFaults().join(',') || 'none');
  if (accent.dataset.given) wanted.set('accent', accent.dataset.given);
  return wanted;
};

// Each element where the bank wants it, or all of them as one way that is walked in order.
const show = (view) => {
  feed.replaceChildren(byId(`view-${view}`).content.cloneNode(true));
  setCountry(byId('country').value);
};
const setCountry = (country) => {
  for (const element of feed.querySelectorAll('bank-feed-connect, bank-feed-setup'))
    element.setAttribute('country', country);
};
const looks = {
  country: setCountry,
  view: show,
  language(value) {
    feed.lang = value;
    feed.dir = value === 'ar' ? 'rtl' : 'ltr';
  },
  scheme: (value) => (page.dataset.scheme = value),
  brand(value) {
    page.dataset.brand = value;
    showAccent();
  },
};
/** Until a tester gives a colour of their own it is the brand's. */
const showAccent = () => {
  const { given } = accent.dataset;
  if (given) page.style.setProperty('--bank-feed-accent', given);
  accent.value = given || getComputedStyle(page).getPropertyValue('--brand');
};

const describe = () => {
  const told = selects
    .filter(({ value, dataset, disabled }) => value !== dataset.usual && !disabled)
    .map((select) => select.selectedOptions[0].textContent);
  const wrong = faults.filter((box) => box.checked).map((box) => box.parentElement.textContent.trim());
  byId('chosen').textContent = [...told, ...wrong].join(' · ');
};

/** The address says it, and the bank's server knows it: the accounting software brings its visitors back there. */
const keep = () => {
  const address = query();
  address.set('company', customer);
  history.replaceState(null, '', `?${address}`);
  describe();
  void post('/choices', Object.fromEntries(address)).catch(() => {});
};

/** An address that makes a company of its own; where only the look is chosen it has to say so. */
const anew = (wanted = query()) => {
  const isPlain = [...wanted.keys()].every((name) => name in looks || name === 'accent');
  if (isPlain) wanted.set('company', 'new');
  return `/?${wanted}`;
};
const beginAnew = () => location.assign(anew());

for (const select of selects) {
  const { id } = select;
  select.addEventListener('input', () => {
    // Another software is offered in other countries.
    if (id === 'platform') byId('country').value = byId('country').dataset.usual;
    if (id === 'platform') byId('stage').disabled = select.value === 'any';
    if (select.dataset.kind === 'set-up') return beginAnew();
    looks[id]?.(select.value);
    keep();
  });
}
accent.addEventListener('input', () => {
  accent.dataset.given = accent.value;
  showAccent();
  keep();
});
for (const box of faults) box.addEventListener('input', keep);
byId('choices').addEventListener('submit', (event) => event.preventDefault());
// A scenario begins with its own choices; only the look of the page is kept.
scenario.addEventListener('input', () => {
  const next = query();
  for (const { id, dataset } of selects) if (dataset.kind !== 'look') next.delete(id);
  next.delete('fault');
  location.assign(anew(next));
});
byId('start-again').addEventListener('click', beginAnew);
byId('copy-link').addEventListener('click', () => {
  navigator.clipboard.writeText(`${location.origin}${anew()}`).then(
    () => (byId('copied').textContent = 'Copied'),
    () => (byId('copied').textContent = 'Not copied: take it from the address.'),
  );
});

show(byId('view').value);
showAccent();
describe();
// Whoever comes to choose what goes wrong should not have to look for it.
byId('settings').open = sessionStorage.getItem('settings') === 'open';
byId('settings').addEventListener('toggle', (event) => {
  sessionStorage.setItem('settings', event.target.open ? 'open' : 'closed');
});

/** The look of the simulated software: its own, in both colour schemes, from 320 px up. */
export const styles = `
:root {
  color-scheme: light dark;
  --accent: light-dark(#6a3d8f, #cfa8ee);
  --on-accent: light-dark(#fff, #23122f);
  --paper: light-dark(#fff, #1b1a1f);
  --ground: light-dark(#f4f2f6, #121115);
  --text: light-dark(#221d28, #ece8f0);
  --muted: light-dark(#615a69, #aaa2b3);
  --line: light-dark(#ddd7e3, #3a3641);
  --good: light-dark(#1c6b45, #7fd3a8);
  --wait: light-dark(#7a5200, #e8bd6b);
  --bad: light-dark(#a3262f, #f2a1a6);
  font: 16px/1.5 system-ui, sans-serif;
}
[data-software='hcws'] { --accent: light-dark(#3a48a5, #b4bcff); --on-accent: light-dark(#fff, #14183c); }
[data-software='olpr'] { --accent: light-dark(#8a2c58, #f3a9cb); --on-accent: light-dark(#fff, #38091f); }
[data-software='fbrh'] { --accent: light-dark(#8c4510, #f1b787); --on-accent: light-dark(#fff, #331703); }
[data-software='akxx'] { --accent: light-dark(#0d5f6b, #86d3de); --on-accent: light-dark(#fff, #03252a); }
[data-software='qudb'] { --accent: light-dark(#545c0f, #cad377); --on-accent: light-dark(#fff, #20240a); }
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: 0.2em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; box-shadow: 0 0 0 6px var(--paper); }
h1, h2, p { margin: 0; text-wrap: pretty; }
h1 { font-size: 1.375rem; line-height: 1.25; }
h2 { font-size: 0.875rem; color: var(--muted); margin-block-end: 8px; }
.muted { color: var(--muted); font-size: 0.875rem; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding: 12px 16px;
  background: var(--paper); border-bottom: 1px solid var(--line); }
.mark { display: grid; place-items: center; inline-size: 36px; block-size: 36px; border-radius: 10px;
  background: var(--accent); color: var(--on-accent); font-weight: 700; }
.bar strong { display: block; line-height: 1.25; }
.bar .end { margin-inline-start: auto; }
main { max-inline-size: 1120px; margin-inline: auto; padding: 16px; display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }
.narrow { max-inline-size: 560px; }
.panel { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 20px; display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }
.notice { border-inline-start: 4px solid var(--wait); padding: 8px 12px; background: var(--paper); border-radius: 4px; }
.accounts { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15.5rem), 1fr)); }
.accounts a { display: grid; gap: 2px; block-size: 100%; padding: 12px 14px; border: 1px solid var(--line); border-radius: 12px;
  background: var(--paper); color: inherit; text-decoration: none; transition: border-color 150ms; }
.accounts a:hover { border-color: var(--accent); }
.accounts a[aria-current] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.accounts .row { display: flex; justify-content: space-between; gap: 12px; flex-wrap: wrap; }
.money { font-variant-numeric: tabular-nums; white-space: nowrap; }
.status { font-size: 0.875rem; }
.status::before { content: ''; display: inline-block; inline-size: 0.6em; block-size: 0.6em; margin-inline-end: 0.4em; border-radius: 50%; border: 2px solid currentColor; }
.status.connected { color: var(--good); }
.status.connected::before { background: currentColor; }
.status.waiting { color: var(--wait); }
.status.none { color: var(--muted); }
.lines { inline-size: 100%; border-collapse: collapse; }
.lines th { text-align: start; font-size: 0.875rem; font-weight: 600; color: var(--muted); padding: 8px; border-block-end: 1px solid var(--line); }
.lines td { padding: 10px 8px; border-block-end: 1px solid var(--line); vertical-align: top; }
.lines .money { text-align: end; }
.lines .date { white-space: nowrap; font-variant-numeric: tabular-nums; }
.in { color: var(--good); }
.pager { display: flex; gap: 16px; justify-content: space-between; align-items: center; flex-wrap: wrap; }
.pager a, .end a { display: inline-flex; align-items: center; min-block-size: 44px; }
form { display: grid; gap: 16px; }
label { display: grid; gap: 4px; }
input:is([type='email'], [type='text'], [type='search'], [type='date'], [type='password']), select { font: inherit; min-block-size: 44px; padding: 8px 12px; border: 1px solid var(--muted); border-radius: 8px; background: var(--paper); color: inherit; inline-size: 100%; }
fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: 8px; }
legend { padding: 0 0 8px; font-weight: 600; }
.choice { display: flex; gap: 12px; align-items: center; min-block-size: 56px; padding: 8px 14px; border: 1px solid var(--line); border-radius: 10px; cursor: pointer; }
.choice:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.choice input:is([type='radio'], [type='checkbox']) { inline-size: 20px; block-size: 20px; accent-color: var(--accent); flex: none; margin: 0; }
.buttons { display: flex; flex-wrap: wrap; gap: 12px; }
button { font: inherit; font-weight: 600; min-block-size: 44px; padding: 8px 20px; border-radius: 8px; border: 1px solid var(--accent); cursor: pointer; background: var(--accent); color: var(--on-accent); }
button.quiet { background: transparent; color: var(--accent); }
.button { display: inline-flex; align-items: center; justify-content: center; font-weight: 600; min-block-size: 44px; padding: 8px 20px; border-radius: 8px; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); text-decoration: none; }
.button.quiet { background: transparent; color: var(--accent); }
.button.grave, button.grave { border-color: var(--bad); background: transparent; color: var(--bad); }
.actions { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; }
.problem { border-inline-start: 4px solid var(--bad); padding: 8px 12px; background: var(--ground); border-radius: 4px; }
.said { border-inline-start: 4px solid var(--good); padding: 8px 12px; background: var(--paper); border-radius: 4px; }
.rows { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px; }
.rows a { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 2px 12px; min-block-size: 56px; padding: 8px 14px; border: 1px solid var(--line); border-radius: 10px; color: inherit; text-decoration: none; }
.rows a:hover { border-color: var(--accent); }
.card { border: 1px solid var(--line); border-radius: 12px; padding: 14px; display: grid; grid-template-columns: minmax(0, 1fr); gap: 12px; }
.card .choice { border: 0; padding: 0; min-block-size: 44px; }
.card .choice:has(:checked) { box-shadow: none; }
.card .fields { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr)); }
.secret { margin: 0; display: grid; gap: 12px; }
.secret dt { font-size: 0.875rem; color: var(--muted); }
.secret dd { margin: 0; font: 600 1.125rem/1.5 ui-monospace, monospace; user-select: all; }
.steps { margin: 0; padding-inline-start: 1.5rem; display: grid; gap: 8px; }
.plain { margin: 0; padding-inline-start: 1.25rem; display: grid; gap: 4px; }
@media (max-width: 360px) { main { padding: 10px; } .panel { padding: 14px; } }
@media (max-width: 560px) {
  .lines, .lines tbody { display: block; }
  .lines thead { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .lines tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 12px; padding: 10px 0; border-block-end: 1px solid var(--line); }
  .lines td { border: 0; padding: 0; }
  .lines td.text { grid-column: 1; grid-row: 1; }
  .lines td.money { grid-column: 2; grid-row: 1; }
  .lines td.date { grid-column: 1; grid-row: 2; font-size: 0.875rem; color: var(--muted); }
  .lines td.balance { grid-row: 2; font-size: 0.875rem; color: var(--muted); }
  .lines td.empty { display: none; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
@media (forced-colors: active) { .mark { border: 1px solid; } .accounts a[aria-current] { outline: 2px solid; } }
`;

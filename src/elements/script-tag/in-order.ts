/** Nothing but an order: a file in which what is alike stands together compresses to half a kilobyte less. */
import '../../locales/en.ts';
import 'lit';
import 'lit/directives/guard.js';
import 'lit/directives/keyed.js';
import 'lit/directives/live.js';
import 'lit/directives/repeat.js';
import '../styles/base.ts';
import '../styles/controls.ts';
import '../styles/rows.ts';
import '../styles/filters.ts';
import '../styles/tokens.ts';
import '../accounts/bank-feed-accounts.styles.ts';
import '../connect/bank-feed-connect.styles.ts';
import '../mapping/bank-feed-mapping.styles.ts';
import '../setup/bank-feed-setup.styles.ts';
import '../status/bank-feed-status.styles.ts';

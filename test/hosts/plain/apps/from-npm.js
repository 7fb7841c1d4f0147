/** The same app with our package from npm, by the same Lit. */
import './own-lit.js';
import 'bank-feed-elements';

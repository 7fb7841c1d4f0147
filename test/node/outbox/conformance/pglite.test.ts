import { openFresh } from '../../support/stores.ts';
import { conformance } from './cases.ts';
import { sqlStore } from './sql.ts';

conformance('PGlite', async () => sqlStore(await openFresh('pglite')));

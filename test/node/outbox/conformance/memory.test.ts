import { conformance } from './cases.ts';
import { openMemory } from './memory.ts';

conformance('the simulated store', openMemory);

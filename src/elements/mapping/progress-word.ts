import type { Mapping } from '../../contract/schemas.ts';
import type { HealthWord } from '../../flow/feed-health.ts';
import { mappingProgress, type MappingProgress } from '../../flow/mapping.ts';

const words: Record<MappingProgress, HealthWord> = {
  todo: 'waiting',
  connecting: 'checking',
  connected: 'connected',
  refused: 'attention',
  disconnected: 'disconnected',
  checking: 'checking',
};

/** Which of the five words an account's badge says. */
export const wordOf = (mapping: Mapping): HealthWord => words[mappingProgress(mapping)];

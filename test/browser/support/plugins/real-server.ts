import type { TestRunnerPlugin } from '@web/test-runner';
export const realServer = (): TestRunnerPlugin => ({ name: 'real-server' });

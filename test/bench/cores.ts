import { spawnSync } from 'node:child_process';

/** The cores this process may use, where `taskset` can tell: `0,2-4`. */
export function cores(): readonly number[] {
  const { status, stdout } = spawnSync('taskset', ['-pc', String(process.pid)], { encoding: 'utf8' });
  if (status !== 0) return [];
  return (/: (\S+)\s*$/.exec(stdout)?.[1] ?? '').split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

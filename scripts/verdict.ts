/** Says of one thing that a command looked at whether it is well, and what is wrong where it is not. */
export const judge = (good: boolean, line: string, faults: readonly string[] = []): boolean => {
  console.log([`${good ? '✓' : '✗'} ${line}`, ...(good ? [] : faults)].join('\n    '));
  // The command goes on, and fails at its end.
  if (!good) process.exitCode = 1;
  return good;
};

/**
 * The points at which the process that delivers may end worst. Tests are told when one is reached and end, freeze or
 * hold the process there; nothing else uses them, and without a probe nothing is called.
 */
export type ProbePoint =
  | 'in-accept-before-commit'
  | 'after-accept-commit'
  | 'in-observe-before-commit'
  | 'after-seal-commit'
  /** The server has all of the request but its last byte. */
  | 'before-last-byte'
  | 'after-last-byte'
  | 'after-answer'
  | 'in-record-before-commit'
  | 'after-record-commit'
  /** What became of an operation was read, and is not recorded. */
  | 'before-settle'
  | 'in-settle-before-commit'
  | 'after-settle-commit';

export type Probe = (point: ProbePoint) => void | Promise<void>;

/** The version of Node, where this is Node. */
export const nodeVersion = (): string | undefined =>
  globalThis.process?.release?.name === 'node' ? process.versions.node : undefined;

/** An older Node lacks what is used here, and would fail in the middle of a request. */
export function checkNode(version: string | undefined): void {
  const [major = 0, minor = 0] = version?.split('.').map(Number) ?? [99];
  if (major > 22 || (major === 22 && minor >= 13)) return;
  throw new Error(`The Codat client needs Node 22.13 or newer; this is ${version}.`);
}

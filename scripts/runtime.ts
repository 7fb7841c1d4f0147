/** Node 22.13 brought node:sqlite and exact JSON numbers; npm scripts use the Node that the lock file brings. */
export const requireNode = (): void => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 13)) return;
  console.error(
    `This needs Node 22.13 or newer, and this is ${process.version}. On Linux (x64, arm64) \`npm ci\` brings one;` +
      ' elsewhere install it from nodejs.org and run the command again.',
  );
  process.exit(1);
};

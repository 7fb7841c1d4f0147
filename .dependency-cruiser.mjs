/** The house: which room of src/ may import which, and which packages it may use. No circles. */
const rooms = {
  contract: { rooms: [], packages: [] },
  client: { rooms: ['contract'], packages: [] },
  flow: { rooms: ['contract'], packages: [] },
  locales: { rooms: ['contract'], packages: [] },
  elements: { rooms: ['contract', 'client', 'flow', 'locales'], packages: ['lit'] },
  frameworks: {
    rooms: ['contract', 'client', 'elements'],
    packages: ['react', '@types/react', 'vue', '@vue'],
  },
  codat: { rooms: ['contract/platforms'], packages: ['zod', 'undici'] },
  store: { rooms: [], packages: ['pg', '@electric-sql/pglite'] },
  outbox: { rooms: ['contract', 'store'], packages: [] },
  proxy: {
    rooms: ['contract', 'codat', 'outbox', 'store'],
    packages: ['hono', '@hono/node-server', 'jose', 'zod', 'standardwebhooks', '@opentelemetry/api'],
  },
  commands: { rooms: ['contract/platforms', 'codat', 'outbox', 'proxy', 'store'], packages: ['zod', 'pino'] },
  sandbox: { rooms: ['codat/schemas'], packages: ['hono', '@hono/node-server', 'zod'] },
};
/** Only these know a process or a framework; only these rooms may use Node at all. */
const nodeRooms = ['codat', 'store', 'outbox', 'proxy', 'commands', 'sandbox'];

const anyOf = (paths) => paths.map((path) => path.replaceAll('/', '\\/')).join('|');

export default {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(rooms).flatMap(([room, may]) => [
      {
        name: `${room}-rooms`,
        comment: `src/${room}/ may import ${may.rooms.join(', ') || 'no other room'}`,
        severity: 'error',
        from: { path: `^src/${room}/` },
        to: { path: '^src/', pathNot: `^src/(${anyOf([room, ...may.rooms])})(/|\\.)` },
      },
      {
        name: `${room}-packages`,
        comment: `src/${room}/ may use ${may.packages.join(', ') || 'no package'}`,
        severity: 'error',
        from: { path: `^src/${room}/` },
        to: {
          path: 'node_modules/',
          pathNot: `node_modules/(${anyOf(may.packages.length > 0 ? may.packages : ['-'])})/`,
        },
      },
      {
        name: `${room}-outside`,
        comment: 'src/ never reaches out of itself',
        severity: 'error',
        from: { path: `^src/${room}/` },
        to: { path: '^(demo|test|scripts|docs)/' },
      },
    ]),
    {
      name: 'browser-without-node',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${anyOf(nodeRooms)})/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'demo-imports-the-package',
      comment: 'demo/ embeds the built package by its name, as a partner would',
      severity: 'error',
      from: { path: '^demo/' },
      to: { path: '^src/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs'], conditionNames: ['import', 'types', 'default'] },
  },
};

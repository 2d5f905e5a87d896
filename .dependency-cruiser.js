const { readFileSync } = require('node:fs');
const { join } = require('node:path');

/**
 * The import table of the architecture, room by room. Type imports count too. A room's entry lists what it may import; all else
 * is refused. Cycles are refused everywhere. There are no exceptions: when a file does not fit, the file or its room is wrong.
 */

const CORE = { dependencyTypes: ['core'] };
const NPM = { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'] };

/** Read models are what the room's front door lists; the other files of the room are parts they share. */
const readModels = [...readFileSync(join(__dirname, 'src/projections/index.ts'), 'utf8').matchAll(/from '\.\/([a-z-]+)'/g)]
  .map(([, name]) => name)
  .filter((name) => name !== 'projection');
const READ_MODEL = `^src/projections/(${readModels.join('|')})\\.ts$`;

/** Runners and what they share: the application without its ports and without the Nest handlers. */
const RUNNERS = '^src/application/(?!ports/|commands/|queries/)';
const HANDLERS = '^src/application/(commands|queries)/';
const DECISIONS = '^src/domain/[a-z]+/(decide|evolve|plan)[a-z-]*\\.ts$';

/** One room: where its files are, and the only other source files they may import. */
const room = (name, path, mayImport) => ({
  name,
  severity: 'error',
  from: { path },
  to: { path: '^src/', pathNot: mayImport },
});
const refuse = (name, from, to) => ({ name, severity: 'error', from, to });

module.exports = {
  forbidden: [
    refuse('no-cycles', {}, { circular: true }),
    refuse('nothing-unresolved', {}, { couldNotResolve: true }),
    refuse('no-test-tools-in-the-product', { path: '^src/', pathNot: '^src/(bench|simulation)/' }, { dependencyTypes: ['npm-dev'] }),

    room('domain', '^src/domain/', ['^src/domain/']),
    refuse('domain-is-pure', { path: '^src/domain/' }, NPM),
    refuse('domain-hashes-in-its-kernel-only', { path: '^src/domain/', pathNot: '^src/domain/kernel/' }, CORE),
    refuse('domain-kernel-only-hashes', { path: '^src/domain/kernel/' }, { ...CORE, pathNot: '^(node:)?crypto$' }),
    refuse('domain-kernel-stands-alone', { path: '^src/domain/kernel/' }, { path: '^src/', pathNot: '^src/domain/kernel/' }),

    room('projections', '^src/projections/', ['^src/domain/', '^src/projections/']),
    refuse('projections-are-pure', { path: '^src/projections/' }, NPM),
    refuse('projections-do-no-io', { path: '^src/projections/' }, CORE),
    refuse('projections-do-not-know-each-other', { path: '^src/projections/', pathNot: '^src/projections/index\\.ts$' }, { path: READ_MODEL }),

    room('ports', '^src/application/ports/', ['^src/domain/', '^src/application/ports/']),
    refuse('ports-in-our-own-words', { path: '^src/application/ports/' }, NPM),
    refuse('ports-do-no-io', { path: '^src/application/ports/' }, CORE),

    room('runners', RUNNERS, ['^src/domain/', '^src/application/', '^src/projections/']),
    refuse('runners-do-not-know-use-cases', { path: RUNNERS }, { path: HANDLERS }),
    refuse('runners-know-types-of-projections', { path: RUNNERS }, { path: '^src/projections/', dependencyTypesNot: ['type-only'] }),
    // Every cache is bounded, and this is what bounds it.
    refuse('runners-without-frameworks', { path: RUNNERS }, { ...NPM, pathNot: 'node_modules/lru-cache/' }),
    refuse('runners-do-no-io', { path: RUNNERS }, { ...CORE, pathNot: '^(node:)?crypto$' }),

    room('commands-and-queries', HANDLERS, ['^src/domain/', '^src/application/', '^src/projections/']),
    refuse('commands-and-queries-know-types-of-projections', { path: HANDLERS }, { path: '^src/projections/', dependencyTypesNot: ['type-only'] }),
    refuse('commands-and-queries-use-nest-cqrs', { path: HANDLERS }, { ...NPM, pathNot: 'node_modules/(@nestjs/cqrs|zod|lru-cache)/' }),
    // The command line uses them without a bus, and starts without Nest.
    refuse('commands-and-queries-know-types-of-nest', { path: HANDLERS }, { path: 'node_modules/@nestjs/', dependencyTypesNot: ['type-only'] }),
    refuse('commands-and-queries-do-no-io', { path: HANDLERS }, { ...CORE, pathNot: '^(node:)?crypto$' }),

    room('infrastructure', '^src/infrastructure/', ['^src/domain/', '^src/application/ports/', '^src/protocols/', '^src/infrastructure/']),
    refuse(
      'one-adapter-does-not-know-another',
      { path: '^src/infrastructure/([^/]+)/' },
      // What every caller over HTTP needs, and everyone who makes files, is no adapter: they share it, and it knows none of them.
      { path: '^src/infrastructure/', pathNot: ['^src/infrastructure/$1/', '^src/infrastructure/(http|disk)/'] },
    ),
    // Its successor must be a change of one file.
    refuse(
      'one-file-names-the-event-store-client',
      { path: '^src/', pathNot: '^src/infrastructure/eventstoredb/client-package\\.ts$' },
      { path: 'node_modules/(@eventstore|@kurrent|@grpc)/' },
    ),
    refuse('adapters-do-not-decide', { path: '^src/infrastructure/' }, { path: DECISIONS }),

    room('api', '^src/api/', ['^src/domain/', '^src/application/', '^src/projections/', '^src/protocols/', '^src/config(/|\\.ts$)', '^src/api/']),
    room('cli', '^src/cli/', [
      '^src/domain/',
      '^src/application/',
      '^src/projections/',
      '^src/config(/|\\.ts$)',
      '^src/(main|app\\.module|notifiers|parts|runners|server-flags|stores|version|workbench)\\.ts$',
      '^src/cli/',
    ]),
    refuse('edges-do-not-decide', { path: '^src/(api|cli)/' }, { path: DECISIONS }),
    refuse('edges-know-types-of-projections', { path: '^src/(api|cli)/' }, { path: '^src/projections/', dependencyTypesNot: ['type-only'] }),

    room('protocols', '^src/protocols/', ['^src/protocols/']),
    refuse('protocols-only-describe', { path: '^src/protocols/' }, { ...NPM, pathNot: 'node_modules/zod/' }),

    room('sandbox', '^src/sandbox/', ['^src/protocols/', '^src/domain/kernel/', '^src/sandbox/']),
    room('bench', '^src/bench/', ['^src/domain/', '^src/application/', '^src/projections/', '^src/server-flags\\.ts$', '^src/bench/']),
    // What is stored has the product's own schemas: the codec is pure and belongs to the simulated world as it is.
    room('simulation', '^src/simulation/', [
      '^src/domain/',
      '^src/application/',
      '^src/projections/',
      '^src/infrastructure/codec/',
      '^src/simulation/',
    ]),
    ...['sandbox', 'bench', 'simulation'].map((name) =>
      refuse(`${name}-stands-apart`, { path: '^src/', pathNot: `^src/${name}/` }, { path: `^src/${name}/` }),
    ),

    room('config', '^src/config(/|\\.ts$)', ['^src/domain/', '^src/application/', '^src/config/']),
    refuse(
      'wiring-is-for-nobody',
      { path: '^src/', pathNot: '^src/(main\\.ts$|app\\.module\\.ts$|cli/)' },
      { path: '^src/(main|app\\.module)\\.ts$' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default'] },
  },
};

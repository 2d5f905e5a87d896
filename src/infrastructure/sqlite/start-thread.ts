import { Worker } from 'node:worker_threads';

/**
 * For tests, which run from TypeScript sources: compiles each file as it is required. A worker inherits no such hook from its
 * parent, and @swc-node/register needs five times as long to load.
 */
const compileSources = (compiler: string): string => `
  const { readFileSync } = require('node:fs');
  const { transformSync } = require(${JSON.stringify(compiler)});
  const jsc = { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' };
  require.extensions['.ts'] = (module, filename) =>
    module._compile(transformSync(readFileSync(filename, 'utf8'), { filename, jsc, module: { type: 'commonjs' } }).code, filename);`;

/**
 * What arrives is written and forgotten within one commit, so a small nursery serves a writer as well as the 48 MB that a worker
 * may take by default; beside a shop, and in an import of ten million cards, these megabytes are somebody else's.
 */
const LIMITS = { maxYoungGenerationSizeMb: 12 } as const;

/**
 * Starts a thread that writes, from what this program itself runs as: compiled JavaScript, or TypeScript sources.
 * `path` is that of its file without the ending.
 */
export function startThread(path: string, workerData: object): Worker {
  if (!__filename.endsWith('.ts')) return new Worker(`${path}.js`, { workerData, resourceLimits: LIMITS });
  return new Worker(`${compileSources(require.resolve('@swc/core'))} require(${JSON.stringify(`${path}.ts`)});`, {
    workerData,
    resourceLimits: LIMITS,
    eval: true,
  });
}

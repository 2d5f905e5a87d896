import { Worker } from 'node:worker_threads';

/**
 * For tests, which run from TypeScript sources: a worker inherits no hook from its parent that compiles them. To load the compiler takes longer
 * than all else at the start of a thread, so what it made of a file stays beside the packages, under a hash of the file, and is taken from there.
 */
export const compileSources = (compiler: string): string => `
  const { createHash } = require('node:crypto');
  const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
  const { join } = require('node:path');
  const { threadId } = require('node:worker_threads');
  const compiler = ${JSON.stringify(compiler)};
  const kept = join(compiler, '../../../.cache/cardrail-threads');
  const jsc = { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' };
  require.extensions['.ts'] = (module, filename) => {
    const text = readFileSync(filename, 'utf8');
    const file = join(kept, createHash('sha256').update(compiler + JSON.stringify(jsc) + text).digest('hex') + '.js');
    let code;
    try {
      code = readFileSync(file, 'utf8');
    } catch {
      code = require(compiler).transformSync(text, { filename, jsc, module: { type: 'commonjs' } }).code;
      mkdirSync(kept, { recursive: true });
      const unfinished = file + '.' + process.pid + '.' + threadId;
      writeFileSync(unfinished, code);
      renameSync(unfinished, file);
    }
    module._compile(code, filename);
  };`;

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

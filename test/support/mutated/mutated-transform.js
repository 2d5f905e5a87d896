const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const swc = require('@swc/jest');

const SOURCE = join(__dirname, '../../../src');
const { file, from, to } = JSON.parse(process.env.CARDRAIL_TEST_MUTANT);
const target = join(SOURCE, file);

/** The text of a module, with the mutant in it where it belongs. */
const mutated = (text, path) => (path === target ? text.replace(from, () => to) : text);

/** Compiles as every other run of the tests does, one module of the product apart. */
module.exports = {
  createTransformer(options) {
    const inner = swc.createTransformer(options);
    return {
      canInstrument: inner.canInstrument,
      process: (text, path, how) => inner.process(mutated(text, path), path, how),
      getCacheKey: (text, path, how) => inner.getCacheKey(mutated(text, path), path, how),
    };
  },
};

if (readFileSync(target, 'utf8').split(from).length !== 2) throw new Error(`the mutant does not find its place in ${file}`);

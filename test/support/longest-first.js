const { existsSync } = require('node:fs');
const { join, relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Suites that take most of a minute and more, about the longest first. Wherever they began last, one of them would run alone at the end. */
const LONG = [
  'test/e2e/kill-loop.spec.ts',
  'test/simulation/many-orders.spec.ts',
  'test/e2e/cluster.spec.ts',
  'test/infrastructure/mutants/mutants.spec.ts',
  'test/e2e/mongo-away.spec.ts',
  'test/simulation/coverage.spec.ts',
  'test/bench/storm.spec.ts',
  'test/simulation/simulation.spec.ts',
  'test/e2e/operations.spec.ts',
  'test/e2e/buyer-page.spec.ts',
  'test/e2e/stopped-performer.spec.ts',
  'test/api/pages-browser.spec.ts',
  'test/bench/scale.spec.ts',
  'test/e2e/two-engines.spec.ts',
  'test/domain/order/exploration.spec.ts',
  'test/e2e/power-loss.spec.ts',
  'test/e2e/erasure.spec.ts',
  'test/cli/trial.spec.ts',
  'test/e2e/key-rotation.spec.ts',
  'test/application/import-cards.spec.ts',
  'test/application/rotate-cards.spec.ts',
  'test/e2e/epay-stories.spec.ts',
];

/**
 * Jest knows how long a suite took from the last run on the same machine, and on a clean checkout goes by the size of the file,
 * which says nothing about a suite that starts servers. This begins with the long ones either way.
 */
class LongestFirst extends Sequencer {
  /** @param {import('@jest/test-result').Test[]} tests */
  async sort(tests) {
    const root = join(__dirname, '../..');
    const gone = LONG.filter((suite) => !existsSync(join(root, suite)));
    if (gone.length > 0) throw new Error(`no such suites, so they cannot begin first: ${gone.join(', ')}`);
    const rankOf = ({ path }) => {
      const rank = LONG.indexOf(relative(root, path));
      return rank === -1 ? LONG.length : rank;
    };
    return [...(await super.sort(tests))].sort((a, b) => rankOf(a) - rankOf(b));
  }
}

module.exports = LongestFirst;

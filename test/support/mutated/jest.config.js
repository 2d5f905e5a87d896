const { join } = require('node:path');
const config = require('../../../jest.config.js');

/** The tests, over a product that has one defect. */
module.exports = {
  ...config,
  transform: Object.fromEntries(
    Object.entries(config.transform).map(([files, [, options]]) => [files, [join(__dirname, 'mutated-transform.js'), options]]),
  ),
};

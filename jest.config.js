const swc = require('./swc.config.json');

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', swc],
  },
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/support/longest-first.js',
  testTimeout: 120_000,
};

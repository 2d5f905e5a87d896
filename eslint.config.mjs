import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const TIMERS = ['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({ name, message: 'Time belongs to the runtime port.' }));
const CLOCKS = [
  { object: 'Date', property: 'now', message: 'Time belongs to the runtime port.' },
  { object: 'performance', property: 'now', message: 'Time belongs to the runtime port.' },
  { object: 'AbortSignal', property: 'timeout', message: 'Time belongs to the runtime port.' },
];
const CHANCE = [
  { object: 'Math', property: 'random', message: 'Chance belongs to the runtime port.' },
  { object: 'crypto', property: 'randomUUID', message: 'Ids belong to the runtime port.' },
];
const ENVIRONMENT = [{ object: 'process', property: 'env', message: 'Only src/config.ts reads the environment.' }];
const NOW = { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time belongs to the runtime port.' };
const MOCKS = {
  selector: "CallExpression[callee.object.name='jest'][callee.property.name='mock']",
  message: 'Tests use real parts; a fault is injected by a fake that says so.',
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'data/'] },
  js.configs.recommended,
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: { module: 'writable', require: 'readonly', __dirname: 'readonly', process: 'readonly', console: 'readonly', fetch: 'readonly', AbortSignal: 'readonly' } },
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // A leading underscore says that a name is there only to be left out.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Adapters answer with promises, also where one of them happens to have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-properties': ['error', ...CHANCE, ...ENVIRONMENT],
    },
  },
  {
    // Where the product decides and waits: the simulator must own all time and chance.
    files: ['src/**/*.ts'],
    ignores: ['src/infrastructure/**', 'src/sandbox/**', 'src/bench/**', 'src/simulation/main.ts', 'src/cli/**'],
    rules: {
      'no-restricted-globals': ['error', ...TIMERS],
      'no-restricted-properties': ['error', ...CLOCKS, ...CHANCE, ...ENVIRONMENT],
      'no-restricted-syntax': ['error', NOW],
    },
  },
  { files: ['src/config.ts'], rules: { 'no-restricted-properties': ['error', ...CLOCKS, ...CHANCE] } },
  {
    // Nest finds what to inject by the types of constructor parameters, which `import type` would erase.
    files: ['src/api/**/*.ts', 'src/application/commands/**/*.ts', 'src/application/queries/**/*.ts', 'src/app.module.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  { files: ['src/infrastructure/runtime/**/*.ts'], rules: { 'no-restricted-properties': 'off' } },
  // Programs of their own: they talk to people, and pass the environment on to the processes they start.
  {
    files: ['src/cli/**/*.ts', 'src/bench/**/*.ts', 'src/sandbox/**/*.ts'],
    rules: { 'no-console': 'off', 'no-restricted-properties': ['error', ...CHANCE] },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Random tests draw a seed, and print it.
      'no-restricted-properties': 'off',
      'no-restricted-syntax': ['error', MOCKS],
      // `expect(object.method)` and asymmetric matchers are how Jest is written.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      'no-console': 'off',
    },
  },
  {
    // What runs in a browser may use what a browser has.
    files: ['src/api/pages/files/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'document',
          'window',
          'location',
          'history',
          'navigator',
          'fetch',
          'AbortController',
          'URL',
          'URLSearchParams',
          'TextDecoder',
          'Blob',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'crypto',
          'performance',
          'Event',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);

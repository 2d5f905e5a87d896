import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** Runs the very configuration of `npm run architecture` over the `src` of a folder. */
function violationsIn(folder: string): readonly Violation[] {
  const output = execFileSync(process.execPath, [CRUISER, 'src', '--config', '.dependency-cruiser.js', '--output-type', 'json'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1_024 * 1_024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
}

const shown = ({ rule, from, to }: Violation) => `${rule.name}: ${from} -> ${to}`;

/** What must never be, each with the rule that says so. The same rules judge these and the real tree. */
const ILLEGAL: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['domain', 'src/domain/order/decide.ts', 'src/application/ports/event-store.ts'],
  ['domain-is-pure', 'src/domain/order/decide.ts', 'zod'],
  ['domain-hashes-in-its-kernel-only', 'src/domain/order/decide.ts', 'node:crypto'],
  ['domain-kernel-only-hashes', 'src/domain/kernel/hash.ts', 'node:fs'],
  ['domain-kernel-stands-alone', 'src/domain/kernel/hash.ts', 'src/domain/card/events.ts'],
  ['projections', 'src/projections/orders.ts', 'src/application/ports/event-store.ts'],
  ['projections-are-pure', 'src/projections/orders.ts', 'zod'],
  ['projections-do-no-io', 'src/projections/orders.ts', 'node:fs'],
  ['projections-do-not-know-each-other', 'src/projections/orders.ts', 'src/projections/cards.ts'],
  ['ports', 'src/application/ports/event-store.ts', 'src/application/run-engine.ts'],
  ['ports-in-our-own-words', 'src/application/ports/event-store.ts', 'zod'],
  ['ports-do-no-io', 'src/application/ports/event-store.ts', 'node:fs'],
  ['runners', 'src/application/run-engine.ts', 'src/infrastructure/codec/codec.ts'],
  ['runners-do-not-know-use-cases', 'src/application/run-engine.ts', 'src/application/commands/submit-order.ts'],
  ['runners-know-types-of-projections', 'src/application/run-engine.ts', 'src/projections/orders.ts'],
  ['runners-without-frameworks', 'src/application/run-engine.ts', '@nestjs/cqrs'],
  ['runners-do-no-io', 'src/application/run-engine.ts', 'node:fs'],
  ['commands-and-queries', 'src/application/commands/submit-order.ts', 'src/infrastructure/codec/codec.ts'],
  ['commands-and-queries-know-types-of-projections', 'src/application/commands/submit-order.ts', 'src/projections/orders.ts'],
  ['commands-and-queries-use-nest-cqrs', 'src/application/commands/submit-order.ts', 'undici'],
  ['commands-and-queries-know-types-of-nest', 'src/application/commands/submit-order.ts', '@nestjs/cqrs'],
  ['commands-and-queries-do-no-io', 'src/application/commands/submit-order.ts', 'node:fs'],
  ['infrastructure', 'src/infrastructure/codec/codec.ts', 'src/application/run-engine.ts'],
  ['infrastructure', 'src/infrastructure/codec/codec.ts', 'src/projections/orders.ts'],
  ['one-adapter-does-not-know-another', 'src/infrastructure/codec/codec.ts', 'src/infrastructure/sqlite/store.ts'],
  ['adapters-do-not-decide', 'src/infrastructure/codec/codec.ts', 'src/domain/order/decide.ts'],
  ['api', 'src/api/order.ts', 'src/infrastructure/sqlite/store.ts'],
  ['edges-do-not-decide', 'src/api/order.ts', 'src/domain/order/decide.ts'],
  ['edges-know-types-of-projections', 'src/api/order.ts', 'src/projections/orders.ts'],
  ['cli', 'src/cli/serve.ts', 'src/infrastructure/sqlite/store.ts'],
  ['protocols', 'src/protocols/gateway-v1.ts', 'src/domain/kernel/hash.ts'],
  ['protocols-only-describe', 'src/protocols/gateway-v1.ts', 'undici'],
  ['sandbox', 'src/sandbox/gateway.ts', 'src/infrastructure/codec/codec.ts'],
  ['sandbox', 'src/sandbox/gateway.ts', 'src/domain/order/decide.ts'],
  ['sandbox-stands-apart', 'src/api/order.ts', 'src/sandbox/gateway.ts'],
  ['bench-stands-apart', 'src/cli/serve.ts', 'src/bench/load.ts'],
  ['simulation-stands-apart', 'src/application/run-engine.ts', 'src/simulation/world.ts'],
  ['config', 'src/config.ts', 'src/infrastructure/codec/codec.ts'],
  ['wiring-is-for-nobody', 'src/api/order.ts', 'src/app.module.ts'],
  ['no-test-tools-in-the-product', 'src/cli/serve.ts', 'typescript'],
  ['nothing-unresolved', 'src/cli/serve.ts', 'no-such-package'],
];

/** A tree in which every file imports what it may not. */
function writeIllegalTree(folder: string): void {
  const files = new Map<string, string[]>([['src/projections/index.ts', ["export * from './orders';", "export * from './cards';"]]]);
  const linesOf = (file: string) => files.get(file) ?? files.set(file, []).get(file) ?? [];
  for (const [, from, to] of ILLEGAL) {
    linesOf(from).push(`import '${to.startsWith('src/') ? join(folder, to.slice(0, -3)) : to}';`);
    if (to.startsWith('src/')) linesOf(to);
  }
  for (const [file, lines] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), [...lines, 'export {};', ''].join('\n'));
  }
}

describe('the import table', () => {
  it('holds for every file, with no exceptions and no cycles', () => {
    expect(violationsIn(ROOT).map(shown)).toEqual([]);
  });

  describe('is not blind:', () => {
    let found: readonly Violation[];
    const folder = mkdtempSync(join(tmpdir(), 'imports-'));
    beforeAll(() => {
      writeIllegalTree(folder);
      for (const file of ['.dependency-cruiser.js', 'tsconfig.json', 'package.json']) cpSync(join(ROOT, file), join(folder, file));
      // Packages are found where they are; a link keeps the tree small.
      execFileSync('ln', ['-s', join(ROOT, 'node_modules'), join(folder, 'node_modules')]);
      found = violationsIn(folder);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it.each(ILLEGAL)('%s refuses %s -> %s', (rule, from, to) => {
      const target = to.replace('node:', '');
      expect(
        found.filter((violation) => violation.rule.name === rule && violation.from === from && violation.to.includes(target)).map(shown),
      ).not.toEqual([]);
    });

    it('a cycle is refused', () => {
      expect(found.some(({ rule }) => rule.name === 'no-cycles')).toBe(true);
    });
  });
});

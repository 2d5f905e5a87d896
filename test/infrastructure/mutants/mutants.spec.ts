import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adapterMutants, type AdapterMutant } from './adapter-mutants';

const ROOT = join(__dirname, '../../..');
/** A mutant that hangs is caught when its test runs out of time: more than it takes without one, also on a busy machine. */
const TEST_TIMEOUT_MS = 15_000;
/** Suites run side by side, so half of the machine is somebody else's. */
const AT_ONCE = 2;

interface Outcome {
  readonly title: string;
  readonly status: string;
}

/** What became of the test that must catch the mutant, in a run of its own over the mutated adapter. */
async function outcomesWith({ file, from, to, spec, caughtBy }: AdapterMutant): Promise<readonly Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cardrail-mutant-'));
  const report = join(folder, 'report.json');
  const pattern = `${caughtBy.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
  const args = ['--config', join(__dirname, 'jest.config.js'), '--runInBand', '--forceExit', '--testTimeout', String(TEST_TIMEOUT_MS)];
  const what = [join('test/infrastructure', `${spec}.spec.ts`), '-t', pattern, '--json', '--outputFile', report];
  const environment = { ...process.env, CARDRAIL_TEST_MUTANT: JSON.stringify({ file, from, to }) };
  try {
    const output = await new Promise<string>((resolve) => {
      execFile(join(ROOT, 'node_modules/.bin/jest'), [...args, ...what], { cwd: ROOT, env: environment }, (_error, _stdout, stderr) =>
        resolve(stderr),
      );
    });
    const text = await readFile(report, 'utf8').catch(() => Promise.reject(new Error(`the run ended without a report: ${output}`)));
    const { testResults } = JSON.parse(text) as { readonly testResults: readonly { readonly assertionResults: readonly Outcome[] }[] };
    return testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status !== 'pending');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each guard of the adapters has a test that hangs, loses or doubles without it: this takes the guards away, one at a time. */
describe('a mutant of an adapter is caught by name:', () => {
  it.each(adapterMutants)('"$name" finds its place in the code', async ({ file, from, to }) => {
    const text = await readFile(join(ROOT, 'src/infrastructure', file), 'utf8');
    expect(text.split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
  });

  const asked = process.env['CARDRAIL_MUTANTS'];
  const hunted = adapterMutants.filter(({ name }) => asked === undefined || asked === 'all' || name === asked);
  const waiting = [...hunted];
  const outcomes = new Map<string, readonly Outcome[]>();
  beforeAll(async () => {
    const work = async (): Promise<void> => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) outcomes.set(mutant.name, await outcomesWith(mutant));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }, 900_000);

  it.each(hunted)('"$name", by "$caughtBy"', ({ name }) => {
    // A contract runs on several servers, and fails on each.
    expect(new Set(outcomes.get(name)?.map(({ status }) => status))).toEqual(new Set(['failed']));
  });
});

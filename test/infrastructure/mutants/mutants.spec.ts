import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Outcome, outcomesWith } from '../../support/mutated/outcomes';
import { adapterMutants, type AdapterMutant } from './adapter-mutants';

const ROOT = join(__dirname, '../../..');
/** Suites run side by side, so half of the machine is somebody else's; but some mutants only hang, until their test runs out of time. */
const AT_ONCE = 3;

const outcomesOf = ({ file, from, to, spec, caughtBy }: AdapterMutant): Promise<readonly Outcome[]> =>
  outcomesWith({ file: `infrastructure/${file}`, from, to, spec: `infrastructure/${spec}.spec.ts`, title: caughtBy });

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
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) outcomes.set(mutant.name, await outcomesOf(mutant));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }, 900_000);

  it.each(hunted)('"$name", by "$caughtBy"', ({ name }) => {
    // A contract runs on several servers, and fails on each.
    expect(new Set(outcomes.get(name)?.map(({ status }) => status))).toEqual(new Set(['failed']));
  });
});

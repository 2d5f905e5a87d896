import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, outcomesWith } from '../../support/mutated/outcomes';
import { mutated } from './mutated-modules';
import type { Mutant } from './mutant';
import { mutants } from './mutants';

/** `CARDRAIL_MUTANTS=all` hunts every mutant on its known seed, `CARDRAIL_MUTANTS=<n>` each from scratch in up to n stories. */
const asked = process.env['CARDRAIL_MUTANTS'];
const isFromScratch = asked !== undefined && /^\d+$/.test(asked);
const FASTEST = 10;
const located = mutants.filter(({ seed }) => seed !== undefined);
const hunted = asked === undefined ? mutants.filter(({ isFast }) => isFast).slice(0, FASTEST) : isFromScratch ? mutants : located;
const tested = mutants.flatMap(({ test, ...mutant }) => (test === undefined ? [] : [{ ...mutant, ...test }]));
const ROOT = join(__dirname, '../../..');

interface Trophy {
  readonly name: string;
  readonly seed: number;
  readonly seconds: number;
  readonly invariant?: string;
}

/** Modules with a defect in them live in a process of their own, which prints a line of JSON for each thing it found. */
function run<T>(program: string, ...args: readonly string[]): Promise<readonly T[]> {
  return new Promise((resolve, reject) => {
    const command = ['-r', '@swc-node/register', join(__dirname, program), ...args];
    const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (part: Buffer) => (text += part.toString('utf8')));
    child.once('error', reject);
    child.once('close', () => {
      const lines = text.split('\n').filter((line) => line.startsWith('{'));
      resolve(lines.map((line) => JSON.parse(line) as T));
    });
  });
}

const hunt = (seeds: number, wanted: readonly Mutant[]): Promise<readonly Trophy[]> =>
  run<Trophy>('hunt.ts', String(seeds), ...wanted.map(({ name }) => name));

interface Shortened {
  readonly from: { readonly buyers: number; readonly invariant: string };
  readonly to: { readonly buyers: number; readonly faults: number; readonly invariant: string; readonly hash: string };
  readonly replayedHash: string;
  readonly command: string;
}

describe('the checker is checked:', () => {
  it.each(mutants)('the mutant "$name" finds its place in the code', (mutant) => {
    const text = readFileSync(join(ROOT, 'src', mutant.file), 'utf8');
    expect(mutated(mutant, text)).not.toBe(text);
  });

  it(`${hunted.length} of ${mutants.length} mutants are caught, each by an invariant that it breaks`, async () => {
    const trophies = new Map((await hunt(isFromScratch ? Number(asked) : 1, hunted)).map((trophy) => [trophy.name, trophy]));
    const wrong = hunted.flatMap((mutant) => {
      const trophy = trophies.get(mutant.name);
      const caughtBy = trophy?.invariant ?? 'nobody';
      return mutant.caughtBy.includes(caughtBy) ? [] : [`${mutant.name}: caught by ${caughtBy}`];
    });
    console.info([...trophies.values()].map(({ name, seed, seconds, invariant }) => `${invariant} seed ${seed} ${seconds} s: ${name}`).join('\n'));
    expect(wrong).toEqual([]);
  }, 7_200_000);

  it('every mutant is caught somewhere: in a story, or by a test of its own that is there', () => {
    const nowhere = mutants.filter(({ seed, test }) => (seed === undefined) === (test === undefined)).map(({ name }) => name);
    expect(nowhere).toEqual([]);
    for (const { name, spec, title } of tested)
      expect({ name, isThere: readFileSync(join(ROOT, 'test', spec), 'utf8').includes(title) }).toEqual({ name, isThere: true });
  });

  it(`${asked === 'all' ? tested.length : 0} of ${tested.length} mutants that no story finds are caught by their tests (CARDRAIL_MUTANTS=all)`, async () => {
    console.info(tested.map(({ name, why }) => `in no story: ${name}: ${why}`).join('\n'));
    const outcomes: (readonly [string, ...Outcome['status'][]])[] = [];
    if (asked === 'all')
      for (const mutant of tested) outcomes.push([mutant.name, ...new Set((await outcomesWith(mutant)).map(({ status }) => status))]);
    expect(outcomes.filter(([, ...statuses]) => statuses.join() !== 'failed')).toEqual([]);
  }, 3_600_000);

  it('a failing story is made shorter, and told again from one command it is the same', async () => {
    const [shortened] = await run<Shortened>('shorten.ts', 'instruments are stored in plain text', '14');
    expect(shortened?.from).toMatchObject({ buyers: 40, invariant: 'I14' });
    expect(shortened?.to).toMatchObject({ buyers: 1, faults: 0, invariant: 'I14' });
    expect(shortened?.replayedHash).toBe(shortened?.to.hash);
    expect(shortened?.command).toMatch(/^cardrail simulate --profile chaos --seed 1 --orders 40 --only-buyers \d+ --only-faults none$/);
  }, 600_000);
});

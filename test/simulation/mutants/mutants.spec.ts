import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutated } from './mutated-modules';
import { type Mutant, mutants } from './mutants';

/** `CARDRAIL_MUTANTS=all` hunts every mutant on its known seed, `CARDRAIL_MUTANTS=<n>` each from scratch in up to n stories. */
const asked = process.env['CARDRAIL_MUTANTS'];
const isFromScratch = asked !== undefined && /^\d+$/.test(asked);
const FASTEST = 10;
const hunted = asked === undefined ? mutants.filter(({ isFast }) => isFast).slice(0, FASTEST) : mutants;
const ROOT = join(__dirname, '../../..');

interface Trophy {
  readonly name: string;
  readonly seed: number;
  readonly seconds: number;
  readonly invariant?: string;
}

/** Modules with a defect in them live in a process of their own. */
function hunt(seeds: number, wanted: readonly Mutant[]): Promise<readonly Trophy[]> {
  return new Promise((resolve, reject) => {
    const program = ['-r', '@swc-node/register', join(__dirname, 'hunt.ts'), String(seeds), ...wanted.map(({ name }) => name)];
    const child = spawn(process.execPath, program, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (part: Buffer) => (text += part.toString('utf8')));
    child.once('error', reject);
    child.once('close', () =>
      resolve(
        text
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .map((line) => JSON.parse(line) as Trophy),
      ),
    );
  });
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
});

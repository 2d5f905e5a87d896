import type * as Shrink from '../../../src/simulation/shrink';
import { createRequire } from 'node:module';
import { mutants } from './mutants';
import { simulationWith } from './mutated-modules';

/** A program of its own: `shorten <name> <tries>` lets a mutant break a promise, makes the story shorter, and prints what is left as JSON. */
async function shorten(): Promise<void> {
  const [name, tries = '30'] = process.argv.slice(2);
  const mutant = mutants.find((one) => one.name === name);
  if (mutant === undefined) throw new Error(`no such mutant: ${name}`);
  const { simulate, profiles, codec } = simulationWith(mutant);
  const { shrink, replayCommand } = createRequire(__filename)('../../../src/simulation/shrink') as typeof Shrink;
  const options = { seed: mutant.seed ?? 1, orders: 40, profile: profiles.profileNamed(mutant.profile ?? 'chaos'), codec, keepStory: true };
  const failed = await simulate.tellStory(options);
  const { story, buyers, faults, tried } = await shrink(options, failed, Number(tries));
  const again = await simulate.tellStory({ ...options, onlyBuyers: new Set(buyers), onlyFaults: new Set(faults) });
  const report = {
    from: { buyers: failed.buyers.length, faults: failed.faults.length, invariant: failed.violations[0]?.invariant },
    to: { buyers: buyers.length, faults: faults.length, invariant: story.violations[0]?.invariant, hash: story.hash },
    replayedHash: again.hash,
    tried,
    timeline: story.timeline,
    command: replayCommand(options, { buyers, faults }),
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

void shorten();

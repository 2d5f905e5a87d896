import { mutants } from './mutants';
import { simulationWith } from './mutated-modules';

/**
 * A program of its own: `hunt <seeds> [name…]` tells stories with each mutant until one breaks a promise, and prints one JSON line
 * per mutant. With no names it hunts all of them. With one story each, a mutant is looked for where it is known to be caught.
 */
const ORDERS = 40;

async function hunt(): Promise<void> {
  const [seeds = '1', ...names] = process.argv.slice(2);
  for (const mutant of mutants) {
    if (names.length > 0 && !names.includes(mutant.name)) continue;
    const startedMs = performance.now();
    const { simulate, profiles, codec } = simulationWith(mutant);
    const profile = profiles.profileNamed(mutant.profile ?? 'chaos');
    const from = Number(seeds) === 1 ? (mutant.seed ?? 1) : 1;
    let caught: { readonly invariant: string; readonly about: string } | undefined;
    let seed = from;
    for (; seed < from + Number(seeds) && caught === undefined; seed++) {
      const story = await simulate.tellStory({ seed, orders: ORDERS, profile, codec });
      caught = story.violations[0];
    }
    const seconds = Number(((performance.now() - startedMs) / 1_000).toFixed(1));
    process.stdout.write(`${JSON.stringify({ name: mutant.name, seed: seed - 1, seconds, ...caught })}\n`);
  }
}

void hunt();

import { type StoryOptions, tellStory, type ToldStory } from './simulate';

export interface Shrunk {
  readonly story: ToldStory;
  readonly buyers: readonly number[];
  readonly faults: readonly string[];
  /** Stories told on the way. */
  readonly tried: number;
}

/**
 * Looks for the fewest buyers and faults that still break the same promise: leaves out halves, then quarters, and so on, as long as
 * what is left still fails, for at most so many stories.
 */
export async function shrink(options: StoryOptions, failed: ToldStory, triesMax: number): Promise<Shrunk> {
  const invariant = failed.violations[0]?.invariant;
  let best: Shrunk = { story: failed, buyers: failed.buyers, faults: failed.faults, tried: 0 };
  let tried = 0;
  const attempt = async (buyers: readonly number[], faults: readonly string[]): Promise<boolean> => {
    if (tried >= triesMax) return false;
    tried++;
    const story = await tellStory({ ...options, onlyBuyers: new Set(buyers), onlyFaults: new Set(faults) });
    if (story.violations[0]?.invariant !== invariant) return false;
    // What no longer struck is not needed to name.
    best = { story, buyers: story.buyers, faults: [...new Set(story.faults)], tried };
    return true;
  };
  const about = buyersOf(failed);
  if (about.length > 0) await attempt(about, best.faults);
  await without(
    () => best.buyers,
    (rest) => attempt(rest, best.faults),
  );
  await without(
    () => best.faults,
    (rest) => attempt(best.buyers, rest),
  );
  await without(
    () => best.buyers,
    (rest) => attempt(rest, best.faults),
  );
  return { ...best, tried };
}

/** The buyer whose order broke the promise is usually enough. */
function buyersOf({ violations, lines }: ToldStory): readonly number[] {
  const orderId = violations[0]?.orderId;
  if (orderId === undefined) return [];
  return lines.flatMap((line) => {
    const match = /buyer (\d+) is told of (.*)$/.exec(line);
    return match !== null && match[2] === orderId ? [Number(match[1])] : [];
  });
}

/** Delta debugging: tries to do without each part, in ever smaller parts. */
async function without<T>(now: () => readonly T[], attempt: (rest: readonly T[]) => Promise<boolean>): Promise<void> {
  for (let parts = 2; now().length > 1 || parts === 2; parts *= 2) {
    const size = Math.ceil(now().length / parts);
    for (let from = 0; from < now().length;) {
      const items = now();
      const rest = [...items.slice(0, from), ...items.slice(from + size)];
      if (!(await attempt(rest))) from += size;
    }
    if (size <= 1) return;
  }
}

/** The command that tells a shrunk story again. */
export function replayCommand({ profile, seed, orders }: StoryOptions, { buyers, faults }: Pick<Shrunk, 'buyers' | 'faults'>): string {
  const kept = `--only-buyers ${buyers.join(',') || 'none'} --only-faults ${faults.join(',') || 'none'}`;
  return `cardrail simulate --profile ${profile.name} --seed ${seed} --orders ${orders} ${kept}`;
}

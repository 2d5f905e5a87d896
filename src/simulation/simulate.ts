import type { EventCodec } from '../application/ports/event-codec';
import { sha256Hex } from '../domain/kernel/hash';
import type { Profile } from './profiles/profile';
import { neverHit } from './report/coverage';
import { addFigures, figuresOf, type Figures, noFigures } from './report/figures';
import type { Coverage } from './world/faults';
import { type Violation, World } from './world/world';

/** One story: a seed, a shop, so many buyers. Leaving out buyers or faults keeps all others as they are. */
export interface StoryOptions {
  readonly seed: number;
  readonly orders: number;
  readonly profile: Profile;
  readonly codec: EventCodec;
  readonly onlyBuyers?: ReadonlySet<number>;
  readonly onlyFaults?: ReadonlySet<string>;
  readonly keepStory?: boolean;
}

export interface ToldStory {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Ids of the faults that struck, and of the buyers who came. */
  readonly faults: readonly string[];
  readonly buyers: readonly number[];
  readonly coverage: Coverage;
  readonly figures: Figures;
  readonly simulatedMs: number;
  readonly hash: string;
  readonly lines: readonly string[];
  /** The stream of the order that the first violation is about, as `revision type at`. */
  readonly timeline: readonly string[];
}

/** Tells one story from its beginning to its end. Nothing in it depends on anything but its options and the code. */
export async function tellStory(options: StoryOptions): Promise<ToldStory> {
  const world = new World(options);
  await world.run();
  const [first] = world.violations;
  return {
    seed: options.seed,
    violations: world.violations,
    faults: world.faults.struck,
    buyers: world.plans.map(({ index }) => index),
    coverage: world.faults.coverage,
    figures: figuresOf(world),
    simulatedMs: world.elapsedMs,
    hash: world.story.hash(),
    lines: world.story.lines,
    timeline: first?.orderId === undefined ? [] : timelineOf(world, first.orderId),
  };
}

function timelineOf(world: World, orderId: string): readonly string[] {
  return world.log
    .read(world.watch.stateOf(orderId) === undefined ? `job-${orderId}` : `order-${orderId}`)
    .map(({ revision, type, recordedAt, metadata }) => `${String(revision).padStart(3)} ${recordedAt} ${type} (${metadata.actor.kind})`);
}

export interface Simulation {
  readonly profile: string;
  readonly seeds: number;
  readonly orders: number;
  readonly faultsInjected: number;
  readonly faultCoverage: Readonly<Record<string, number>>;
  readonly coverage: Coverage;
  /** Cells of faults × phases that could be hit and were not. */
  readonly neverHit: readonly string[];
  readonly violations: readonly (Violation & { readonly seed: number })[];
  readonly simulatedSeconds: number;
  readonly logHash: string;
  readonly figures: Figures;
}

/** One story after the other, each when it is asked for. */
export async function* toldInTurn(options: Omit<StoryOptions, 'seed'>, seeds: readonly number[]): AsyncGenerator<ToldStory> {
  for (const seed of seeds) yield await tellStory({ ...options, seed });
}

/** Listens to stories of a day, up to the first that breaks a promise. `onStory` hears of each. */
export async function simulate(
  profile: Profile,
  stories: AsyncIterable<ToldStory>,
  onStory: (story: ToldStory) => void = () => undefined,
): Promise<Simulation> {
  const coverage: Coverage = {};
  const violations: (Violation & { readonly seed: number })[] = [];
  let figures = noFigures;
  let [told, orders, faultsInjected, simulatedMs, hash] = [0, 0, 0, 0, ''];
  for await (const story of stories) {
    told++;
    orders += story.buyers.length;
    faultsInjected += story.faults.length;
    simulatedMs += story.simulatedMs;
    hash = sha256Hex(`${hash}${story.hash}`);
    figures = addFigures(figures, story.figures);
    addCoverage(coverage, story.coverage);
    violations.push(...story.violations.map((violation) => ({ ...violation, seed: story.seed })));
    onStory(story);
    if (violations.length > 0) break;
  }
  return {
    profile: profile.name,
    seeds: told,
    orders,
    faultsInjected,
    faultCoverage: Object.fromEntries(Object.entries(coverage).map(([row, cells]) => [row, sum(Object.values(cells))])),
    coverage,
    neverHit: neverHit(coverage),
    violations,
    simulatedSeconds: Math.round(simulatedMs / 1_000),
    logHash: hash,
    figures,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

export function addCoverage(into: Coverage, more: Coverage): void {
  for (const [row, cells] of Object.entries(more)) {
    const known = (into[row] ??= {});
    for (const [phase, times] of Object.entries(cells)) known[phase] = (known[phase] ?? 0) + times;
  }
}

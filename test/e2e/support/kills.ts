import type { DeathPoint } from '../../../src/application/ports/death-point';
import type { Chance } from '../../support/chance';
import type { LiveShop } from '../../support/live-shop';
import type { BusyBuyers } from './busy-buyers';
import { pause } from './busy-shop';

/** How a server came to its end, and how long buyers waited then. */
export interface Kill {
  readonly at: string;
  /** From the end of the server to the next order that was acknowledged, whichever server did it. */
  acceptedAgainMs: number | undefined;
}

/**
 * The rarer a place is passed, the earlier the server must die there: after how many times at most, so that it dies within a second
 * or two of a busy shop. Nobody is erased in one: those places have a test of their own.
 */
const NTH_MAX: Readonly<Record<Exclude<DeathPoint['place'], 'subject-retire' | 'subject-destroy'>, number>> = {
  append: 150,
  gateway: 30,
  channel: 15,
  'read-models': 40,
  'wake-snapshot': 2,
  'outbox-cursor': 2,
  'outbox-send': 60,
  answer: 60,
  callback: 8,
  'subject-key': 30,
};

const RANDOM_MS = { min: 20, max: 700 } as const;
/** A gateway that is isolated because of the faults lets nobody pay for half a minute at a time, and nothing is bought meanwhile. */
const DEATH_WITHIN_MS = 180_000;

/** Every point once, in an order of chance; how many times it is passed before is chance too. */
function pointsOf(chance: Chance): DeathPoint[] {
  const sides = ['before', 'after'] as const;
  const places = Object.keys(NTH_MAX) as readonly (keyof typeof NTH_MAX)[];
  const points = places.flatMap((place) => sides.map((side) => ({ place, side, nth: chance.between(1, NTH_MAX[place]) })));
  return points
    .map((point) => ({ point, rank: chance.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ point }) => point);
}

/** Two of three at a numbered point, each point once before any comes again; the others whenever it hits. */
function* planOf(chance: Chance, kills: number): Generator<DeathPoint | undefined> {
  let points: DeathPoint[] = [];
  for (let made = 0; made < kills; made++) {
    // The server that is there at the beginning was told nothing.
    if (made % 3 === 0) yield undefined;
    else {
      if (points.length === 0) points = pointsOf(chance);
      yield points.pop();
    }
  }
}

const wordsOf = ({ place, side, nth }: DeathPoint): string => `${place}.${side}:${nth}`;

/**
 * Kills the server of a shop again and again under the load of its buyers. Ends with a server that runs. A server is told at its
 * start where it is to die; one that does not come there in good time fails the test, for it would have tested nothing.
 */
export async function killAgainAndAgain(shop: LiveShop, buyers: BusyBuyers, chance: Chance, kills: number): Promise<readonly Kill[]> {
  const made: Kill[] = [];
  for (const point of planOf(chance, kills)) {
    if (point === undefined) {
      // The one before it may have died before it served.
      if (!shop.isServed) await shop.serve();
      await pause(chance.between(RANDOM_MS.min, RANDOM_MS.max));
      await shop.kill();
    } else await shop.serveUntilKilled(wordsOf(point), DEATH_WITHIN_MS);
    const diedAt = performance.now();
    const kill: Kill = { at: point === undefined ? 'random' : wordsOf(point), acceptedAgainMs: undefined };
    made.push(kill);
    buyers.onceAcknowledged(() => (kill.acceptedAgainMs = performance.now() - diedAt));
  }
  await shop.serve();
  return made;
}

/** How long buyers waited for the next order to be accepted, for people to read: it is never asserted. */
export function waitsOf(kills: readonly Kill[]): string {
  const waits = kills.flatMap(({ acceptedAgainMs }) => acceptedAgainMs ?? []).sort((a, b) => a - b);
  const at = (part: number): string => `${((waits[Math.floor((waits.length - 1) * part)] ?? 0) / 1_000).toFixed(2)} s`;
  return `accepting again after ${at(0.5)} (median), ${at(0.99)} (p99), ${at(1)} (longest)`;
}

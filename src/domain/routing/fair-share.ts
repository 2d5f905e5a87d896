/** One of several that want the same slots. */
export interface Contender {
  /** Greater than 0. */
  readonly weight: number;
  /** Slots it may hold at once. */
  readonly max: number;
  /** Slots it holds. */
  readonly held: number;
  /** Somebody in it waits for a slot. */
  readonly waits: boolean;
  /** Turns it has had, each counted as 1 / weight; see `turnTaken`. */
  readonly turns: number;
}

/**
 * Whose turn it is when a slot is free: of those that wait and may hold more, the one that holds least for its weight; among equals
 * the one that has had fewest turns for its weight, then the one named first. Undefined when nobody wants it.
 *
 * So slots are shared by weight while all want them, what one leaves idle the others have, and what it lent comes back with the very
 * next slots that fall free, because it then holds least. None starves: one that holds nothing is beaten only by others that hold
 * nothing, and each such turn brings it nearer to its own.
 */
export function whoseTurn<K>(contenders: ReadonlyMap<K, Contender>): K | undefined {
  let next: { readonly key: K; readonly share: number; readonly turns: number } | undefined;
  for (const [key, { weight, max, held, waits, turns }] of contenders) {
    if (!waits || held >= max) continue;
    const share = held / weight;
    if (next === undefined || share < next.share || (share === next.share && turns < next.turns)) next = { key, share, turns };
  }
  return next?.key;
}

/** The count of turns of one that takes one now. */
export const turnTaken = ({ turns, weight }: Pick<Contender, 'turns' | 'weight'>): number => turns + 1 / weight;

/** The count of turns of one that begins to want slots. Whoever had nothing to do gets no credit for it: it begins where the one served last stood. */
export const turnsAtEntry = (own: number, lastServed: number): number => Math.max(own, lastServed);

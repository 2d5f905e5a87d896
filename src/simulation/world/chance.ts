/** A small seeded generator (mulberry32): the same seed is the same story. */
export class Chance {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    return mixed(this.state) / 2 ** 32;
  }

  hit(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number in [0, max]. */
  upTo(max: number): number {
    return Math.floor(this.next() * (max + 1));
  }

  between(min: number, max: number): number {
    return min + this.upTo(max - min);
  }

  of<T>(items: readonly [T, ...T[]]): T {
    return items[this.upTo(items.length - 1)] ?? items[0];
  }
}

function mixed(state: number): number {
  let value = Math.imul(state ^ (state >>> 15), 1 | state);
  value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
  return (value ^ (value >>> 14)) >>> 0;
}

/** A 32-bit number made of words: what chance depends on stands in its name, so that leaving something out of a story changes nothing else in it. */
export function drawn(seed: number, words: string): number {
  let hash = seed ^ 0x811c9dc5;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words.charCodeAt(i), 0x01000193);
  return mixed(hash + 0x6d2b79f5);
}

/** The same as a fraction in [0, 1). */
export const drawnUnit = (seed: number, words: string): number => drawn(seed, words) / 2 ** 32;

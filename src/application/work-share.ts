import type { Members } from './membership';

/** Work is dealt out by hash slot. Enough that the shares of a few processes differ little, few enough to show as a number. */
export const SLOTS = 256;
/** Nobody waits longer than behind so many others. */
export const RANK_MAX = 3;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** A 32-bit hash whose every bit depends on every character (FNV-1a with the finish of MurmurHash3). It is no secret and no identity. */
function hashOf(text: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export const slotOf = (id: string): number => hashOf(id) % SLOTS;

/**
 * How many of the others come before `self` in each slot. All who know of the same members agree on the order, and when one comes or
 * goes only its own slots change hands (rendezvous hashing). Without a seat one comes after everybody.
 */
export function ranksOf(self: string | null, others: readonly string[]): readonly number[] {
  return Array.from({ length: SLOTS }, (_, slot) => {
    const own = self === null ? -1 : hashOf(`${slot} ${self}`);
    return Math.min(RANK_MAX, others.filter((other) => hashOf(`${slot} ${other}`) > own).length);
  });
}

/** Slots that came to a process and left it. */
export interface SlotsMoved {
  readonly gained: number;
  readonly lost: number;
}

/** What is whose. */
export interface Share {
  /** 0: this process's own. Else so many others come before it. */
  rankOf(id: string): number;
  /** Told after everything has been dealt out anew. Must not throw. */
  onDealt(listener: (moved: SlotsMoved) => void): void;
}

/** Of a process that knows of no other of its kind. */
export const alone: Share = { rankOf: () => 0, onDealt: () => undefined };

/**
 * What is this process's own, and behind how many others of its kind it stands for the rest. It saves work and decides nothing: where
 * two see it differently, revisions and guards make it right.
 */
export class WorkShare implements Share {
  private ranks: readonly number[];
  private readonly listeners: ((moved: SlotsMoved) => void)[] = [];

  constructor(private readonly members: Members) {
    this.ranks = ranksOf(members.self, members.others);
    members.onChange(() => this.deal());
  }

  rankOf(id: string): number {
    return this.ranks[slotOf(id)] ?? 0;
  }

  /** Slots in which nobody comes before this process. */
  get own(): number {
    return this.ranks.filter((rank) => rank === 0).length;
  }

  /** Processes of this kind that live, this one among them. */
  get living(): number {
    return this.members.others.length + 1;
  }

  onDealt(listener: (moved: SlotsMoved) => void): void {
    this.listeners.push(listener);
  }

  private deal(): void {
    const before = this.ranks;
    this.ranks = ranksOf(this.members.self, this.members.others);
    const moved = (from: readonly number[], to: readonly number[]): number => to.filter((rank, slot) => rank === 0 && from[slot] !== 0).length;
    const slots = { gained: moved(before, this.ranks), lost: moved(this.ranks, before) };
    for (const listener of this.listeners) listener(slots);
  }
}

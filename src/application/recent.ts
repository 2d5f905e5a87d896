/**
 * The entries used last, at least half of `max` of them and never more. Two maps take turns: when the younger is full the older is
 * forgotten. An empty one costs nothing, however large it may grow, so that a process starts at once.
 */
export class Recent<K, V> {
  private young = new Map<K, V>();
  private old = new Map<K, V>();
  private readonly half: number;

  constructor(max: number) {
    if (!Number.isInteger(max) || max < 2) throw new RangeError('at least two entries are kept');
    this.half = Math.floor(max / 2);
  }

  /** Entries kept; one that was used again just now may count twice. */
  get size(): number {
    return this.young.size + this.old.size;
  }

  get(key: K): V | undefined {
    const value = this.young.get(key);
    if (value !== undefined || this.old.size === 0) return value;
    const older = this.old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  has(key: K): boolean {
    return this.young.has(key) || this.old.has(key);
  }

  set(key: K, value: V): void {
    this.young.set(key, value);
    if (this.young.size >= this.half) this.turn();
  }

  /** Forgets what was not used since the last turn. */
  turn(): void {
    this.old = this.young;
    this.young = new Map();
  }

  delete(key: K): void {
    this.young.delete(key);
    this.old.delete(key);
  }
}

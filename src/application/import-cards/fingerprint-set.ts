/** Fingerprints at most; a file with more rows is checked no further against itself. Takes about 200 MB. */
export const FINGERPRINTS_MAX = 12_000_000;
const SHARDS = 1_024;
const SLOTS_BEGIN = 16;
const LOAD_MAX = 0.8;

/**
 * Which fingerprints were seen, in about 16 bytes each: their first 64 bits, in hash tables that grow one by one, so that growing
 * never needs twice the memory. Two codes of ten million are taken for one with a chance of one in 300,000.
 */
export class FingerprintSet {
  private readonly shards: { slots: BigUint64Array; used: number }[] = Array.from({ length: SHARDS }, () => ({
    slots: new BigUint64Array(SLOTS_BEGIN),
    used: 0,
  }));
  private size = 0;

  get isFull(): boolean {
    return this.size >= FINGERPRINTS_MAX;
  }

  /** `fingerprint` is base64url of at least 64 bits. False when it was seen before. */
  add(fingerprint: string): boolean {
    const word = Buffer.from(fingerprint, 'base64url').readBigUInt64LE(0) || 1n;
    const shard = this.shards[Number(word % BigInt(SHARDS))];
    if (shard === undefined || !insert(shard.slots, word)) return false;
    this.size++;
    shard.used++;
    if (shard.used > shard.slots.length * LOAD_MAX) shard.slots = grown(shard.slots);
    return true;
  }
}

/** Zero is an empty slot. */
function insert(slots: BigUint64Array, word: bigint): boolean {
  const mask = slots.length - 1;
  let at = Number((word >> 16n) & 0xffffffffn) & mask;
  for (let held = slots[at]; held !== 0n; held = slots[at]) {
    if (held === word) return false;
    at = (at + 1) & mask;
  }
  slots[at] = word;
  return true;
}

function grown(slots: BigUint64Array): BigUint64Array {
  const wider = new BigUint64Array(slots.length * 2);
  for (const word of slots) if (word !== 0n) insert(wider, word);
  return wider;
}

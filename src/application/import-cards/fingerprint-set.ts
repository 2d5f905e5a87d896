/** Fingerprints at most; a file with more rows is checked no further against itself. Takes about 130 MB. */
export const FINGERPRINTS_MAX = 12_000_000;
const SHARDS = 1_024;
const SLOTS_BEGIN = 16;
const LOAD_MAX = 0.85;
const GROWTH = 1.25;
const WORD = 2 ** 32;

interface Shard {
  /** Two words to a slot, of which the second is never zero but in an empty one. */
  words: Uint32Array;
  used: number;
}

/**
 * Which fingerprints were seen, in 9 to 12 bytes each: their first 64 bits, in hash tables that grow one by one and by a quarter,
 * so that growing never needs much more memory than there is to keep. Two codes of ten million are taken for one with a chance of
 * one in 300,000.
 */
export class FingerprintSet {
  private readonly shards: Shard[] = Array.from({ length: SHARDS }, () => ({ words: new Uint32Array(2 * SLOTS_BEGIN), used: 0 }));
  private size = 0;

  get isFull(): boolean {
    return this.size >= FINGERPRINTS_MAX;
  }

  /** `fingerprint` is base64url of at least 64 bits. False when it was seen before. */
  add(fingerprint: string): boolean {
    const bytes = Buffer.from(fingerprint, 'base64url');
    const low = bytes.readUInt32LE(0);
    const high = bytes.readUInt32LE(4) || 1;
    const shard = this.shards[low % SHARDS];
    if (shard === undefined || !insert(shard.words, low, high)) return false;
    this.size++;
    shard.used++;
    if (shard.used > (shard.words.length / 2) * LOAD_MAX) shard.words = grown(shard.words);
    return true;
  }

  has(fingerprint: string): boolean {
    const bytes = Buffer.from(fingerprint, 'base64url');
    const low = bytes.readUInt32LE(0);
    const shard = this.shards[low % SHARDS];
    return shard !== undefined && holds(shard.words, low, bytes.readUInt32LE(4) || 1);
  }
}

function holds(words: Uint32Array, low: number, high: number): boolean {
  const slots = words.length / 2;
  for (let slot = Math.floor((high / WORD) * slots); ; slot = slot + 1 === slots ? 0 : slot + 1) {
    const [heldLow, heldHigh] = [words[2 * slot], words[2 * slot + 1]];
    if (heldHigh === 0) return false;
    if (heldHigh === high && heldLow === low) return true;
  }
}

function insert(words: Uint32Array, low: number, high: number): boolean {
  const slots = words.length / 2;
  for (let slot = Math.floor((high / WORD) * slots); ; slot = slot + 1 === slots ? 0 : slot + 1) {
    const [heldLow, heldHigh] = [words[2 * slot], words[2 * slot + 1]];
    if (heldHigh === high && heldLow === low) return false;
    if (heldHigh === 0) {
      words[2 * slot] = low;
      words[2 * slot + 1] = high;
      return true;
    }
  }
}

function grown(words: Uint32Array): Uint32Array {
  const wider = new Uint32Array(2 * Math.ceil((words.length / 2) * GROWTH));
  for (let at = 0; at < words.length; at += 2) {
    const [low = 0, high = 0] = [words[at], words[at + 1]];
    if (high !== 0) insert(wider, low, high);
  }
  return wider;
}

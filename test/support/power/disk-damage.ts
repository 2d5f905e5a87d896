import type { Chance } from '../chance';

const SECTOR_BYTES = 512;

export interface Damage {
  /** What was done, and to which bytes: for the message of a test that fails. */
  readonly about: string;
  readonly bytes: Buffer;
}

/** What a bad disk does to a file that was whole: a bit, a sector, or two sectors that changed places. */
export function damagedBy(chance: Chance, whole: Buffer): Damage {
  const bytes = Buffer.from(whole);
  const sectorAt = (): number => SECTOR_BYTES * chance.upTo(Math.max(0, Math.floor(bytes.length / SECTOR_BYTES) - 1));
  const at = sectorAt();
  const sector = bytes.subarray(at, at + SECTOR_BYTES);
  switch (chance.of(['bit', 'bit', 'zeros', 'noise', 'swap'])) {
    case 'bit': {
      const place = chance.upTo(bytes.length - 1);
      bytes[place] = (bytes[place] ?? 0) ^ (1 << chance.upTo(7));
      return { about: `a bit of byte ${place}`, bytes };
    }
    case 'zeros':
      sector.fill(0);
      return { about: `zeros in the sector at ${at}`, bytes };
    case 'noise':
      for (let i = 0; i < sector.length; i++) sector[i] = chance.upTo(255);
      return { about: `noise in the sector at ${at}`, bytes };
    default: {
      const other = sectorAt();
      const kept = Buffer.from(sector);
      bytes.copy(bytes, at, other, other + SECTOR_BYTES);
      kept.copy(bytes, other);
      return { about: `the sectors at ${at} and ${other} changed places`, bytes };
    }
  }
}

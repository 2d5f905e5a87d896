import type { Chance } from '../chance';
import type { PendingChange, PendingName, PowerCut } from './disk-record';

/** What a disk writes in one piece. */
const SECTOR_BYTES = 512;

type Fate = 'nothing' | 'everything' | 'the first' | 'any' | 'torn';
const FATES = ['nothing', 'everything', 'the first', 'any', 'torn'] as const;

/**
 * A cut by chance. Of what was not synced, each file keeps nothing, everything, the first changes, any of them, or any with
 * writes torn at sectors. Names keep an order of their own: either all folders are cut at one change, or each name on its own.
 */
export function powerCutBy(chance: Chance): PowerCut {
  return {
    content(pending) {
      const fate: Fate = chance.of(FATES);
      if (fate === 'nothing') return [];
      if (fate === 'everything') return pending;
      if (fate === 'the first') return pending.slice(0, chance.upTo(pending.length));
      return pending.flatMap((change) => (chance.hit(0.5) ? [] : fate === 'torn' ? torn(change, chance) : [change]));
    },
    names(pending) {
      if (chance.hit(0.5)) return pending.slice(0, chance.upTo(pending.length));
      const cutNames = new Set<string>();
      return pending.filter((change) => staysOn(change, cutNames, chance));
    },
  };
}

/** Behind a change of a name that was lost, no later change of that name is there. */
function staysOn({ name, leaves }: PendingName, cutNames: Set<string>, chance: Chance): boolean {
  const names = leaves === undefined ? [name] : [name, leaves];
  if (!names.some((one) => cutNames.has(one)) && chance.hit(0.7)) return true;
  for (const one of names) cutNames.add(one);
  return false;
}

/** Some sectors of a write, each whole. */
function torn(change: PendingChange, chance: Chance): readonly PendingChange[] {
  if ('truncateTo' in change) return [change];
  const { offset, bytes } = change;
  const parts: PendingChange[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + SECTOR_BYTES - ((offset + at) % SECTOR_BYTES));
    if (chance.hit(0.5)) parts.push({ offset: offset + at, bytes: bytes.subarray(at, end) });
    at = end;
  }
  return parts;
}

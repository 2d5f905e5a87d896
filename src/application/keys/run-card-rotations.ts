import type { JobRow } from '../../projections/jobs';
import { repeat } from '../repeat';
import { rotateCards, type RotationKit } from './rotate-cards';

const LOOK_EVERY_MS = 1_000;
const JOBS_PER_LOOK = 100;

/** Works on rotations of keys, one after the other, the oldest first; everything they need stands in the log. Runs until the signal aborts; never rejects. */
export function runCardRotations(kit: RotationKit & { readonly onFailed: (error: unknown) => void }, signal: AbortSignal): Promise<void> {
  const workOnOpen = async (): Promise<void> => {
    const sort = { field: 'orderedAt', direction: 'asc' } as const;
    const open = await kit.readModels.find<JobRow>('jobs', { filter: { open: { eq: 1 } }, sort, limit: JOBS_PER_LOOK });
    for (const { key, value } of open) if (value.kind === 'ROTATION' && !signal.aborted) await rotateCards(kit, key, signal);
  };
  return repeat(workOnOpen, { ...kit, waitMs: () => LOOK_EVERY_MS }, signal);
}

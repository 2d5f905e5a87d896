import { claimLease, type HeldTenure, type LeaseKit, LeaseWatch, type Tenure, untilNextLookMs } from './tenure';

export interface LeadershipKit extends LeaseKit {
  /** This process leads from now on: in the place of one that gave the lease back, or of one that fell silent. Must not throw. */
  readonly onLead?: (name: string, after: 'free' | 'silent') => void;
}

/** Does the work whenever this process holds the lease, until the signal aborts. Of all that call it, one works at a time. */
export async function whileLeading(kit: LeadershipKit, name: string, signal: AbortSignal, work: (tenure: Tenure) => Promise<void>): Promise<void> {
  const holder = kit.runtime.newId();
  while (!signal.aborted) {
    const tenure = await claimInTurn(kit, name, holder, signal);
    if (tenure === null) return;
    const beating = tenure.keep();
    try {
      await work(tenure);
    } catch (error) {
      kit.onProblem(name, error);
    } finally {
      tenure.end();
      await beating;
    }
    // Work that fails at once must not go round as fast as leases can be claimed; and another one may have more luck with it.
    await kit.runtime.sleep(untilNextLookMs(kit), signal);
  }
}

/** Waits until nobody holds the lease, or its holder has been silent for too long. Null when the signal aborts first. */
async function claimInTurn(kit: LeadershipKit, name: string, holder: string, signal: AbortSignal): Promise<HeldTenure | null> {
  const watch = new LeaseWatch(kit);
  while (!signal.aborted) {
    try {
      const [{ term, state }] = await watch.look([name]);
      const tenure = state === 'held' ? null : await claimLease(kit, name, holder, term, signal);
      if (tenure !== null) {
        if (state !== 'held') kit.onLead?.(name, state);
        return tenure;
      }
    } catch (error) {
      kit.onProblem(`${name} lease`, error);
    }
    await kit.runtime.sleep(untilNextLookMs(kit), signal);
  }
  return null;
}

import { whileLeading } from './application/leadership';
import { Membership } from './application/membership';
import type { LeaseKit, Tenure } from './application/tenure';
import { WorkShare } from './application/work-share';
import type { Parts } from './parts';

/** Work that one process of the shop does at a time. */
export type Lease = 'outbox' | 'jobs' | 'incidents' | 'supply' | 'daily';
/** Kinds of processes that share their work. */
export type Group = 'engine' | 'projector' | 'api';

const leaseKit = ({ leases, runtime, config, log }: Parts): LeaseKit => ({
  leases,
  runtime,
  takeOverMs: config.values.CARDRAIL_TAKE_OVER_MS,
  onProblem: (what, err) => log.warn({ err, what }, 'leases cannot be kept; what was known last goes on, tried again'),
});

/** Of all processes of the shop that call this, one works at a time; another one takes over when it ends or falls silent. */
export function leading(parts: Parts, name: Lease, signal: AbortSignal, work: (tenure: Tenure) => Promise<void>): Promise<void> {
  const onLead = (lease: string, after: 'free' | 'silent'): void => parts.metrics.count('leases_taken_total', { lease: lease as Lease, after });
  return whileLeading({ ...leaseKit(parts), onLead }, name, signal, work);
}

/** Takes a seat among the processes of a kind until the signal aborts; what is whose follows from who lives. */
export function sharing(parts: Parts, group: Group, signal: AbortSignal): { readonly share: WorkShare; readonly done: Promise<void> } {
  const { metrics, log } = parts;
  const members = new Membership(leaseKit(parts), group);
  const share = new WorkShare(members);
  share.onDealt((moved) => {
    metrics.total('slots_moved_total', moved.gained, { group, direction: 'gained' });
    metrics.total('slots_moved_total', moved.lost, { group, direction: 'lost' });
    log.info({ group, seat: members.self, others: members.others, own: share.own, ...moved }, 'work is dealt out anew');
  });
  metrics.beforeEachPage(() => {
    metrics.set('group_members', share.living, { group });
    metrics.set('slots_own', share.own, { group });
  });
  return { share, done: members.run(signal) };
}

import { BulkRefund } from '../../application/commands/bulk-refund';
import { BulkReroute } from '../../application/commands/bulk-reroute';
import { BulkRetry } from '../../application/commands/bulk-retry';
import type { BulkResult } from '../../application/commands/bulk-desk';
import type { BulkInput } from '../../application/commands/bulk-input';
import { StopJob } from '../../application/commands/stop-job';
import type { Caller } from '../../application/caller';
import { BULK_ACTIONS, type BulkAction } from '../../domain/job/bulk-events';
import type { ApiDesk } from '../node/api-desk';
import { Chance, drawn } from '../world/chance';
import type { Surroundings } from '../world/surroundings';
import type { Requests } from './requests';

const READS_FOR_MS = { least: 1_000, most: 60_000 };
const STOPS_WITHIN_MS = { least: 500, most: 60_000 };
const STOPPED_SHARE = 0.25;
const ORDERS_MOST = 30;
const PATIENCE_MS = 5 * 60_000;

/** What they look for: mostly those who have paid and wait. */
const FILTERS: readonly [BulkInput['filter'], ...BulkInput['filter'][]] = [
  { status: ['PROCESSING'] },
  { status: ['PROCESSING'] },
  { inReview: true },
  { inDoubt: true },
  { phase: ['PURCHASE_IN_DOUBT', 'PURCHASING'] },
  { status: ['COMPLETED', 'FAILED'] },
];

const repairer: Caller = { role: 'ADMIN', clientId: 'repairers', actor: { kind: 'OPS', id: 'repairer' }, requestId: 'repairers', locale: 'en' };

export interface RepairersKit {
  readonly around: Surroundings;
  readonly requests: Requests;
}

/** The people who put many orders right at once: they read a dry run, confirm it, and stop some of their jobs half-way. */
export class Repairers {
  constructor(private readonly kit: RepairersKit) {}

  /** So many repairs at some moments within so long. */
  open(repairs: number, withinMs: number): void {
    const { seed, scheduler } = this.kit.around;
    for (let nth = 0; nth < repairs; nth++) {
      const chance = new Chance(drawn(seed, `repair ${nth}`));
      scheduler.after(chance.next() * withinMs, () => void this.repair(nth, chance));
    }
  }

  private async repair(nth: number, chance: Chance): Promise<void> {
    const { scheduler } = this.kit.around;
    const [first = 'RETRY', ...rest] = BULK_ACTIONS;
    const action = chance.of<BulkAction>([first, ...rest]);
    const about = { idempotencyKey: `repair-${nth}`, reason: 'many at once' };
    const input = { ...about, filter: chance.of(FILTERS), limit: chance.between(2, ORDERS_MOST) };
    const dry = await this.act(`dry run of ${action} ${nth}`, (desk) => order(desk, action, input));
    if (dry?.ok !== true || !('confirmationToken' in dry)) return;
    const { confirmationToken } = dry;
    await scheduler.sleep(chance.between(READS_FOR_MS.least, READS_FOR_MS.most));
    const ordered = await this.act(`${action} ${nth}`, (desk) => order(desk, action, { ...input, confirmationToken }));
    if (ordered?.ok !== true || !('jobId' in ordered) || !chance.hit(STOPPED_SHARE)) return;
    const { jobId } = ordered;
    await scheduler.sleep(chance.between(STOPS_WITHIN_MS.least, STOPS_WITHIN_MS.most));
    await this.act(`stop ${nth}`, (desk) => desk.stopJob.execute(new StopJob(repairer, { ...about, idempotencyKey: `stop-${nth}`, jobId })));
  }

  private async act(what: string, work: (desk: ApiDesk) => Promise<BulkResult>): Promise<BulkResult | null> {
    const done = await this.kit.requests.insist(`repairer ${what}`, work, PATIENCE_MS);
    this.kit.around.story.tell(`repairer ${what} ${done === null ? 'unanswered' : done.ok ? 'done' : `refused ${done.refusal.code}`}`);
    return done;
  }
}

function order(desk: ApiDesk, action: BulkAction, input: BulkInput): Promise<BulkResult> {
  switch (action) {
    case 'RETRY':
      return desk.bulkRetry.execute(new BulkRetry(repairer, input));
    case 'REROUTE':
      return desk.bulkReroute.execute(new BulkReroute(repairer, input));
    case 'REFUND':
      return desk.bulkRefund.execute(new BulkRefund(repairer, input));
  }
}

import { derivedId } from '../../domain/kernel/ids';
import type { ReadModelRepairEvent } from '../../domain/job/events';
import { aggregates, streamOf } from '../aggregates';
import { type Operation, requireRole } from '../authorise';
import type { Caller } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import type { ProjectionDesk } from '../projections/projection-desk';
import type { RetryResult } from '../projections/retry-parked';
import { refusalOf, refuse } from '../refusals';
import type { Refused } from './result';
import { staffContext } from './staff-context';

export interface RepairInput {
  readonly idempotencyKey: string;
  readonly reason: string;
  readonly projection: string;
}

/** `streams` says what became of each one that waited. */
export type RepairResult =
  { readonly ok: true; readonly projection: string; readonly streams: readonly RetryResult[]; readonly replayed: boolean } | Refused;

type Order = Omit<ReadModelRepairEvent['data'], 'readModel' | 'generation'>;

/** What is done, once it stands in the log who ordered it. `generation` served when it was ordered. */
type Work = (ordered: ReadModelRepairEvent['data']) => Promise<readonly RetryResult[]>;

/** Where operators mend read models. The order is a fact before the work begins; the work may be repeated without harm. */
export class RepairDesk {
  constructor(
    readonly projections: ProjectionDesk,
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
  ) {}

  /** Throws Forbidden, and ReadModelsUnavailable. */
  async run(operation: Operation, caller: Caller, input: RepairInput, order: Order, work: Work): Promise<RepairResult> {
    requireRole(operation, caller);
    if (!this.projections.has(input.projection)) return { ok: false, refusal: refuse('PROJECTION_NOT_FOUND', { field: ['projection'] }) };
    const generation = (await this.projections.serving(input.projection))?.number ?? 0;
    const id = derivedId('job', caller.clientId, input.idempotencyKey, operation.operation);
    const handled = await this.commands.handle(
      aggregates.job,
      id,
      { type: 'OrderReadModelRepair', readModel: input.projection, generation, ...order },
      staffContext(this.keyring, operation, caller, input, streamOf(aggregates.job, id)),
    );
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    const { ordered } = handled.state;
    if (ordered === undefined) throw new Error('an ordered repair left no trace');
    return { ok: true, projection: input.projection, streams: await work(ordered), replayed: handled.replayed };
  }
}

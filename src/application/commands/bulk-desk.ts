import { BULK_ORDERS_MAX } from '../../domain/job/bulk';
import type { BulkAction } from '../../domain/job/bulk-events';
import { canonicalJson } from '../../domain/kernel/hash';
import { derivedId } from '../../domain/kernel/ids';
import { toIso } from '../../domain/kernel/time';
import { aggregates, streamOf } from '../aggregates';
import { type Operation, requireRole } from '../authorise';
import { selectOrders } from '../bulk-repair/selection';
import { confirmationToken, confirmedOrders } from '../bulk-repair/confirmation';
import type { Caller } from '../caller';
import type { CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import type { ReadModels } from '../ports/read-models';
import { filterFor, type OrderFilter } from '../queries/order-list';
import { refusalOf, refuse } from '../refusals';
import type { Approvals } from './approvals';
import type { BulkInput } from './bulk-input';
import { type BulkPreview, previewOf } from './bulk-preview';
import type { Refused } from './result';
import { staffContext } from './staff-context';

/** A dry run, with the token that confirms it; or the job, once it is ordered. */
export type BulkResult =
  | { readonly ok: true; readonly preview: BulkPreview; readonly confirmationToken: string; readonly confirmBefore: string }
  | { readonly ok: true; readonly jobId: string; readonly replayed: boolean }
  | Refused;

/** Of a filter, as much as the second person is shown. */
const SUBJECT_CHARACTERS_MAX = 120;

/** Where operators order repairs of many orders: first a dry run, then the same with its token. */
export class BulkDesk {
  constructor(
    private readonly commands: CommandHandling,
    private readonly keyring: Keyring,
    private readonly readModels: ReadModels,
    private readonly approvals: Approvals,
  ) {}

  /** Throws Forbidden, BadInput for an impossible filter, and ReadModelsUnavailable. */
  async run(operation: Operation, caller: Caller, input: BulkInput, action: BulkAction): Promise<BulkResult> {
    requireRole(operation, caller);
    const jobId = derivedId('job', caller.clientId, input.idempotencyKey, operation.operation);
    const order = (orderIds: readonly string[], filter: string): Promise<BulkResult> =>
      this.order(operation, caller, input, { jobId, action, filter, orderIds });
    if (input.confirmationToken !== undefined && (await this.commands.load(aggregates.job, jobId, true)).revision >= 0) return order([], '');
    const filter = filterFor(caller, input.filter as OrderFilter);
    const { limit = BULK_ORDERS_MAX, confirmationToken: token } = input;
    const asked = {
      operation: operation.operation,
      filter: canonicalJson(input.filter),
      limit,
      clientId: caller.clientId,
      actorId: caller.actor.id,
    };
    const now = this.commands.clock.now();
    const confirmed = token === undefined ? undefined : confirmedOrders(this.keyring, now, token, asked);
    if (confirmed === null) return { ok: false, refusal: refuse('CONFIRMATION_INVALID', { field: ['confirmationToken'] }) };
    const selection = await selectOrders(this.readModels, filter, limit);
    const found = selection.rows.length;
    if (found === 0) return { ok: false, refusal: refuse('NOTHING_SELECTED', { field: ['filter'] }) };
    if (confirmed === undefined) {
      const made = confirmationToken(this.keyring, now, { ...asked, orders: found });
      return { ok: true, preview: previewOf(action, selection, now), confirmationToken: made.token, confirmBefore: toIso(made.expiresAt) };
    }
    if (found > confirmed) return { ok: false, refusal: refuse('CONFIRMATION_OUTDATED', { details: { confirmed, found } }) };
    const unapproved = action === 'REFUND' ? await this.secondPerson(operation, caller, input, previewOf(action, selection, now)) : null;
    if (unapproved !== null) return unapproved;
    return order(
      selection.rows.map(({ key }) => key),
      asked.filter,
    );
  }

  /**
   * Above the shop's limit one person's word is not enough. What is approved of is so much money of so many orders: when it has become another
   * sum until the second person came, that is another request. The token is left out, since it ends sooner. Null: go on.
   */
  private async secondPerson(operation: Operation, caller: Caller, input: BulkInput, preview: BulkPreview): Promise<Refused | null> {
    const { wouldChange: count, amounts } = preview;
    const [amount] = amounts.filter(({ amountMinor }) => this.approvals.isAbove('bulkRefund', amountMinor));
    if (amount === undefined) return null;
    const { confirmationToken: _token, ...asked } = input;
    const whole = { ...asked, count, amounts };
    const subject = canonicalJson(input.filter).slice(0, SUBJECT_CHARACTERS_MAX);
    const approved = await this.approvals.require(operation, caller, whole, { action: 'BULK_REFUND', subject, amount, count });
    return approved.ok ? null : approved;
  }

  /** Its orders may go on until the next one's turn comes. Throws Forbidden. */
  async stop(
    operation: Operation,
    caller: Caller,
    input: { readonly idempotencyKey: string; readonly reason: string; readonly jobId: string },
  ): Promise<BulkResult> {
    requireRole(operation, caller);
    const handled = await this.commands.handle(
      aggregates.job,
      input.jobId,
      { type: 'StopJob' },
      staffContext(this.keyring, operation, caller, input, streamOf(aggregates.job, input.jobId)),
    );
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    return { ok: true, jobId: input.jobId, replayed: handled.replayed };
  }

  private async order(
    operation: Operation,
    caller: Caller,
    input: BulkInput,
    { jobId, ...job }: { readonly jobId: string; readonly action: BulkAction; readonly filter: string; readonly orderIds: readonly string[] },
  ): Promise<BulkResult> {
    const handled = await this.commands.handle(
      aggregates.job,
      jobId,
      { type: 'OrderBulkRepair', ...job },
      staffContext(this.keyring, operation, caller, input, streamOf(aggregates.job, jobId)),
    );
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    return { ok: true, jobId, replayed: handled.replayed };
  }
}

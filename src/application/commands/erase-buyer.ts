import { z } from 'zod';
import { isSubmitted } from '../../domain/order/state';
import { isOpenForBuyer } from '../../domain/order/erase';
import { subjectIdFor } from '../../domain/kernel/subject';
import type { SubjectState } from '../../domain/subject/decide';
import { aggregates, streamOf } from '../aggregates';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import { ordersOf, type SettleErasureKit } from '../erasure/settle-erasure';
import type { CommandHandling } from '../handle-command';
import type { Keyring } from '../ports/keyring';
import type { SubjectKeys } from '../ports/subject-keys';
import { refusalOf, refuse } from '../refusals';
import type { Approvals } from './approvals';
import { Command, type CommandHandler } from './command';
import { id, idempotencyKey, reason } from './input';
import type { Refused } from './result';
import { staffContext } from './staff-context';

export type EraseBuyerResult = { readonly ok: true; readonly subject: SubjectState; readonly replayed: boolean } | Refused;

/** Erases what the shop holds of one buyer: it cannot be undone, so a second person approves. */
export class EraseBuyer extends Command<EraseBuyerResult> {
  static readonly operation = 'eraseBuyer';
  static readonly rights: Rights = { roles: ['ADMIN'] };
  static readonly input = z.strictObject({ idempotencyKey, reason, clientId: id, buyerRef: id });
  constructor(
    readonly caller: Caller,
    readonly input: z.output<typeof EraseBuyer.input>,
  ) {
    super();
  }
}

export interface EraseBuyerKit extends Pick<SettleErasureKit, 'store' | 'readModels' | 'waiter'> {
  readonly commands: CommandHandling;
  readonly keyring: Keyring;
  readonly subjectKeys: Pick<SubjectKeys, 'current'>;
  readonly approvals: Approvals;
}

export class EraseBuyerHandler implements CommandHandler<EraseBuyer> {
  readonly command = EraseBuyer;
  constructor(private readonly kit: EraseBuyerKit) {}

  /** Orders it. The orders and the keys follow, by whoever leads that work. Rejects with Forbidden, and ReadModelsUnavailable. */
  async execute({ caller, input }: EraseBuyer): Promise<EraseBuyerResult> {
    requireRole(EraseBuyer, caller);
    const { commands, keyring, subjectKeys, approvals } = this.kit;
    const subject = subjectIdFor(input.clientId, input.buyerRef);
    const { state, commands: known } = await commands.load(aggregates.subject, subject, true);
    const context = staffContext(keyring, EraseBuyer, caller, input, streamOf(aggregates.subject, subject));
    const refused = known.has(context.commandId) ? null : await this.refusalOfOrders(subject, state);
    if (refused !== null) return refused;
    const approved = await approvals.require(EraseBuyer, caller, input, { action: 'ERASE_BUYER', subject });
    if (!approved.ok) return approved;
    // Keys that the log has not heard of count too: they may be of a copy that is newer than the log.
    const { generation } = await subjectKeys.current(subject);
    const command = { type: 'OrderErasure', generation: Math.max(generation, state.generation + 1) } as const;
    const handled = await commands.handle(aggregates.subject, subject, command, context);
    if (handled.outcome === 'rejected') return { ok: false, refusal: refusalOf(handled.rejection) };
    return { ok: true, subject: handled.state, replayed: handled.replayed };
  }

  /** While one is under way nothing more is asked: it waits for open orders by itself. */
  private async refusalOfOrders(subject: string, { status }: SubjectState): Promise<Refused | null> {
    if (status === 'ERASING') return null;
    let orders = 0;
    const at = this.kit.commands.clock.now();
    for await (const page of ordersOf(this.kit, subject)) {
      orders += page.length;
      for (const { key: orderId, value } of page)
        if (isSubmitted(value.state) && isOpenForBuyer(value.state, at))
          return { ok: false, refusal: refuse('BUYER_HAS_OPEN_ORDERS', { field: ['buyerRef'], details: { orderId } }) };
    }
    return orders === 0 && status === 'KNOWN' ? { ok: false, refusal: refuse('BUYER_NOT_FOUND', { field: ['buyerRef'] }) } : null;
  }
}

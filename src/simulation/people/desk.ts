import { ConfirmPayment } from '../../application/commands/confirm-payment';
import { RefundOrder } from '../../application/commands/refund-order';
import { ResolveReview } from '../../application/commands/resolve-review';
import { RetryOrder } from '../../application/commands/retry-order';
import { UnfreezeOrder } from '../../application/commands/unfreeze-order';
import type { Caller } from '../../application/caller';
import { ListReviews, type ReviewedOrder } from '../../application/queries/list-reviews';
import type { ReviewKind } from '../../domain/order/reviews';
import { owedMoney } from '../../domain/order/open-money';
import type { OrderState } from '../../domain/order/state';
import type { ApiDesk } from '../node/api-desk';
import type { SimulatedGateway } from '../ports/simulated-gateway';
import { drawnUnit } from '../world/chance';
import type { Surroundings } from '../world/surroundings';
import type { Requests } from './requests';

const ROUND_MS = 20 * 60_000;
const PAGE = 50;
const PATIENCE_MS = 60_000;

const finance: Caller = { role: 'ADMIN', clientId: 'desk', actor: { kind: 'FINANCE', id: 'finance' }, requestId: 'desk', locale: 'en' };

/** The people who decide what waits for a person. They look at the gateway's own pages, and act through the same API as everyone. */
export class Desk {
  private acts = 0;

  constructor(
    private readonly around: Surroundings,
    private readonly requests: Requests,
    private readonly gateways: ReadonlyMap<string, SimulatedGateway>,
    /** Kinds of reviews that others answer. */
    private readonly leaves: ReadonlySet<ReviewKind> = new Set(),
  ) {}

  open(): void {
    this.around.scheduler.after(ROUND_MS, () => {
      void this.round();
      this.open();
    });
  }

  private async round(): Promise<void> {
    const answer = await this.requests.send('reviews', (desk) => desk.reviews.execute(new ListReviews(finance, { first: PAGE })));
    if (answer.outcome !== 'answered') return;
    for (const reviewed of answer.value.edges) await this.decide(reviewed.node);
  }

  private async decide({ order, reviews }: ReviewedOrder): Promise<void> {
    for (const { subject, kind } of reviews) {
      if (this.leaves.has(kind)) continue;
      const state = this.around.watch.stateOf(order.id);
      if (state !== undefined) await this.answer(state, subject);
    }
  }

  private async answer(state: OrderState, subject: string): Promise<void> {
    const reference = subject.slice(subject.indexOf(':') + 1);
    if (subject === 'frozen') return this.thaw(state);
    if (subject === 'deadline') return this.deadline(state);
    if (subject.startsWith('payment:')) return this.payment(state, subject, reference);
    if (subject.startsWith('refund:')) return this.refund(state, subject, reference);
    return this.resolve(state, subject);
  }

  /** Money that does not fit goes back first. */
  private async thaw(state: OrderState): Promise<void> {
    for (const { reference } of state.payments) await this.putRight(state, reference);
    await this.act('unfreeze', state, (desk, input) => desk.unfreeze.execute(new UnfreezeOrder(finance, input)));
  }

  /** As much as the list of what is to go back says. */
  private async putRight(state: OrderState, reference: string): Promise<boolean> {
    const owed = owedMoney(state).find(({ why, reference: of }) => why === 'MISMATCHED' && of === reference);
    if (owed === undefined) return false;
    const { amountMinor } = owed.amount;
    return this.act('put right', state, (desk, input) => desk.refund.execute(new RefundOrder(finance, { ...input, reference, amountMinor })));
  }

  private async deadline(state: OrderState): Promise<void> {
    const isTriedAgain = drawnUnit(this.around.seed, `deadline ${state.orderId} ${state.events}`) < 0.3;
    if (isTriedAgain) await this.act('retry', state, (desk, input) => desk.retry.execute(new RetryOrder(finance, input)));
    else await this.act('refund', state, (desk, input) => desk.refund.execute(new RefundOrder(finance, input)));
  }

  private async payment(state: OrderState, subject: string, reference: string): Promise<void> {
    const payment = state.payments.find((one) => one.reference === reference);
    const booked = payment === undefined ? undefined : this.gateways.get(payment.gatewayId)?.book.closeByHand(reference);
    if (payment === undefined || booked === undefined) return;
    if (payment.status === 'MISMATCHED') await this.putRight(state, reference);
    else if (booked.capturedMinor > 0) {
      const evidence = { reference, evidence: 'seen at the desk of the gateway', capturedMinor: booked.capturedMinor };
      const isConfirmed = await this.act('confirm', state, (desk, input) =>
        desk.confirmPayment.execute(new ConfirmPayment(finance, { ...input, ...evidence })),
      );
      if (isConfirmed) return;
    }
    await this.resolve(state, subject);
  }

  private async refund(state: OrderState, subject: string, reference: string): Promise<void> {
    const refund = state.refunds.find(({ refundReference }) => refundReference === reference);
    if (refund?.status !== 'REFUSED') return;
    const again = await this.act('refund again', state, (desk, input) =>
      desk.refund.execute(new RefundOrder(finance, { ...input, reference: refund.reference })),
    );
    if (again) await this.resolve(state, subject);
  }

  private async resolve(state: OrderState, subject: string): Promise<void> {
    await this.act('resolve', state, (desk, input) => desk.resolveReview.execute(new ResolveReview(finance, { ...input, subject })));
  }

  private async act(
    what: string,
    { orderId }: OrderState,
    work: (desk: ApiDesk, input: { idempotencyKey: string; orderId: string; reason: string }) => Promise<{ readonly ok: boolean }>,
  ): Promise<boolean> {
    const input = { idempotencyKey: `desk-${++this.acts}`, orderId, reason: 'decided at the desk' };
    const done = await this.requests.insist(`${what} ${orderId}`, (desk) => work(desk, input), PATIENCE_MS);
    this.around.story.tell(`desk ${what} ${orderId} ${done === null ? 'unanswered' : done.ok ? 'done' : 'refused'}`);
    return done?.ok === true;
  }
}

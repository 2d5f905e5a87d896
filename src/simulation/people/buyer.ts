import { CancelOrder } from '../../application/commands/cancel-order';
import { ChangePaymentMethod } from '../../application/commands/change-payment-method';
import { ReportCard } from '../../application/commands/report-card';
import { RevealCards } from '../../application/commands/reveal-cards';
import { SubmitOrder, type SubmitOrderInput, type SubmitOrderResult } from '../../application/commands/submit-order';
import type { Caller } from '../../application/caller';
import { GetOrder } from '../../application/queries/get-order';
import type { OrderView } from '../../application/queries/order-view';
import type { SimulatedGateway } from '../ports/simulated-gateway';
import type { Surroundings } from '../world/surroundings';
import type { BuyerPlan } from './buyer-plan';
import type { Inboxes } from './inboxes';
import type { Requests } from './requests';

export interface BuyerKit {
  readonly around: Surroundings;
  readonly requests: Requests;
  readonly gateways: ReadonlyMap<string, SimulatedGateway>;
  readonly inboxes: Inboxes;
}

const SUBMIT_PATIENCE_MS = 15 * 60_000;
const REPORT_PATIENCE_MS = 120_000;
const LOOK_AFTER_REPORT_MS = 40 * 60_000;
const WATCH_MS = 10 * 60 * 60_000;
const LOOK_AGAIN = { firstMs: 400, times: 2, mostMs: 15 * 60_000 };

/** The order that a buyer was told is theirs. */
interface Ticket {
  readonly orderId: string;
  readonly accessToken: string;
  /** Made by this very click, not one that was open already. */
  readonly isOwn: boolean;
}

const ENDS: ReadonlySet<OrderView['status']> = new Set(['COMPLETED', 'FAILED', 'EXPIRED']);

/** One person who wants a card, at the other end of a network, with everything that people do. */
export class Buyer {
  private readonly paid = new Set<string>();

  constructor(
    private readonly plan: BuyerPlan,
    private readonly kit: BuyerKit,
  ) {}

  get ref(): string {
    return `buyer-${this.plan.index}`;
  }

  /** Resolves when this person has what they came for, or has given up watching. */
  async live(): Promise<void> {
    const { around } = this.kit;
    const { clicks, refreshAfterMs } = this.plan;
    const tickets = Array.from({ length: clicks }, (_, click) => this.click(click * 150, 'a'));
    const refreshed = refreshAfterMs === undefined ? [] : [this.click(refreshAfterMs, 'b')];
    const found = await Promise.all([...tickets, ...refreshed]);
    const byOrder = new Map(found.flatMap((ticket) => (ticket === null ? [] : [[ticket.orderId, ticket] as const])));
    const again = found.slice(0, clicks).flatMap((ticket) => (ticket?.isOwn === true ? [ticket.orderId] : []));
    if (new Set(again).size > 1) around.violated('I6', `the clicks of ${this.ref} on one key became ${new Set(again).size} orders`);
    if (this.plan.misusesKey && found.slice(0, clicks).some((ticket) => ticket?.isOwn === true)) await this.misuseKey();
    await Promise.all([...byOrder.values()].map((ticket) => this.follow(ticket)));
  }

  private caller(): Caller {
    return { role: 'STOREFRONT', clientId: 'shop', actor: { kind: 'STOREFRONT', id: 'storefront' }, requestId: `r-${this.ref}`, locale: 'zh-CN' };
  }

  private wish(key: string): SubmitOrderInput {
    const { index, skuId, quantity, fields, gatewayId, kind } = this.plan;
    return {
      idempotencyKey: `key-${index}-${key}`,
      skuId,
      quantity,
      buyer: { ref: this.ref },
      ...(fields === undefined ? {} : { fields: [...fields] }),
      payment: { gatewayId, kind, ...(kind === 'CHARGE' ? { instrument: `SECRET-instrument-${index}` } : {}) },
    };
  }

  /** One click, repeated under the same key until it is answered; a refusal that will pass is tried again. */
  private async click(afterMs: number, key: string): Promise<Ticket | null> {
    const { around, requests, inboxes } = this.kit;
    const { scheduler } = around;
    await scheduler.sleep(afterMs);
    const until = scheduler.now + SUBMIT_PATIENCE_MS;
    for (let pauseMs = 1_000; scheduler.now < until; pauseMs = Math.min(2 * pauseMs, 120_000)) {
      const result = await requests.insist<SubmitOrderResult>(
        `submit ${this.ref} ${key}`,
        (desk) => desk.submit.execute(new SubmitOrder(this.caller(), this.wish(key))),
        SUBMIT_PATIENCE_MS,
      );
      if (result === null) return null;
      if (result.ok) {
        inboxes.acknowledged(result.order.state.orderId, this.plan.index);
        return { orderId: result.order.state.orderId, accessToken: result.accessToken, isOwn: true };
      }
      if (result.refusal.code === 'OPEN_ORDER_EXISTS' && result.order !== undefined && result.accessToken !== undefined)
        return { orderId: result.order.state.orderId, accessToken: result.accessToken, isOwn: false };
      if (!result.refusal.retryable) {
        inboxes.refused(this.plan.index, result.refusal.code);
        return null;
      }
      await scheduler.sleep(Math.max(result.refusal.retryAfterMs ?? 0, pauseMs));
    }
    return null;
  }

  private async misuseKey(): Promise<void> {
    const other = { ...this.wish('a'), quantity: this.plan.quantity + 1 };
    const result = await this.kit.requests.insist<SubmitOrderResult>(
      `misuse ${this.ref}`,
      (desk) => desk.submit.execute(new SubmitOrder(this.caller(), other)),
      60_000,
    );
    if (result?.ok === true) this.kit.around.violated('I6', `${this.ref} used a key for another order and was not refused`);
  }

  private async follow(ticket: Ticket): Promise<void> {
    await Promise.all([this.cancelSometime(ticket), this.changeSometime(ticket), this.watch(ticket)]);
  }

  private async cancelSometime({ orderId, accessToken }: Ticket): Promise<void> {
    const { cancelAfterMs } = this.plan;
    if (cancelAfterMs === undefined) return;
    await this.kit.around.scheduler.sleep(cancelAfterMs);
    const input = { idempotencyKey: `cancel-${this.plan.index}`, orderId, accessToken };
    await this.kit.requests.insist(`cancel ${this.ref}`, (desk) => desk.cancel.execute(new CancelOrder(this.caller(), input)), 120_000);
  }

  private async changeSometime({ orderId, accessToken }: Ticket): Promise<void> {
    const { change, index } = this.plan;
    if (change === undefined) return;
    await this.kit.around.scheduler.sleep(change.afterMs);
    const { gatewayId, kind } = change;
    const payment = { gatewayId, kind, ...(kind === 'CHARGE' ? { instrument: `SECRET-instrument-${index}` } : {}) };
    const input = { idempotencyKey: `change-${index}`, orderId, accessToken, payment };
    await this.kit.requests.insist(`change ${this.ref}`, (desk) => desk.changeMethod.execute(new ChangePaymentMethod(this.caller(), input)), 120_000);
  }

  /** Looks at the order from time to time, pays when there is a page, and takes the codes when they are there. */
  private async watch(ticket: Ticket): Promise<void> {
    const { around, requests } = this.kit;
    const { scheduler } = around;
    const until = scheduler.now + WATCH_MS;
    let pauseMs = LOOK_AGAIN.firstMs;
    while (scheduler.now < until) {
      const answer = await requests.send(`look ${this.ref}`, (desk) =>
        desk.order.execute(new GetOrder(this.caller(), ticket.orderId, ticket.accessToken)),
      );
      const order = answer.outcome === 'answered' ? answer.value.order : undefined;
      if (order === null) {
        around.violated('I5', `${this.ref} was told of order ${ticket.orderId}, which is not there`, ticket.orderId);
        return;
      }
      if (order !== undefined) {
        if (order.status === 'COMPLETED' && (await this.take(ticket, order))) return;
        if (ENDS.has(order.status) && order.status !== 'COMPLETED') return;
        if (this.payMaybe(order)) pauseMs = LOOK_AGAIN.firstMs;
      }
      await scheduler.sleep(pauseMs);
      pauseMs = Math.min(pauseMs * LOOK_AGAIN.times, LOOK_AGAIN.mostMs);
    }
  }

  private payMaybe({ payment }: OrderView): boolean {
    const { payAfterMs, payAgainAfterMs } = this.plan;
    if (payAfterMs === undefined || payment === null || payment.kind !== 'REDIRECT' || payment.payUrl === null) return false;
    const { reference, gatewayId } = payment;
    if (this.paid.has(reference)) return false;
    this.paid.add(reference);
    const gateway = this.kit.gateways.get(gatewayId);
    const pay = (): void => void gateway?.buyerPays(reference);
    this.kit.around.scheduler.after(payAfterMs, pay);
    if (payAgainAfterMs !== undefined) this.kit.around.scheduler.after(payAfterMs + payAgainAfterMs, pay);
    return payAfterMs < 120_000;
  }

  /** True when the codes are in the inbox, or will never be shown. */
  private async take(ticket: Ticket, seen: OrderView): Promise<boolean> {
    const { requests, inboxes } = this.kit;
    const { orderId, accessToken } = ticket;
    const input = { idempotencyKey: `reveal-${this.plan.index}`, orderId, accessToken };
    const answer = await requests.send(`reveal ${this.ref}`, (desk) => desk.reveal.execute(new RevealCards(this.caller(), input)));
    if (answer.outcome !== 'answered') return false;
    if (!answer.value.ok) return ['NOT_DELIVERED', 'REFUND_IN_PROGRESS'].includes(answer.value.refusal.code) && seen.refunded.amountMinor > 0;
    const { cards } = answer.value;
    inboxes.received(this.plan.index, orderId, cards);
    const [bad] = cards;
    if (this.plan.reports && bad !== undefined) await this.complain(ticket, bad.id);
    return true;
  }

  /** And looks later what came of it. */
  private async complain({ orderId, accessToken }: Ticket, cardId: string): Promise<void> {
    const { around, requests, inboxes } = this.kit;
    const { index } = this.plan;
    const input = { idempotencyKey: `report-${index}`, orderId, accessToken, cardId, problem: 'it says that it was used' };
    await requests.insist(`report ${this.ref}`, (desk) => desk.report.execute(new ReportCard(this.caller(), input)), REPORT_PATIENCE_MS);
    await around.scheduler.sleep(LOOK_AFTER_REPORT_MS);
    const again = { idempotencyKey: `reveal-again-${index}`, orderId, accessToken };
    const answer = await requests.send(`reveal again ${this.ref}`, (desk) => desk.reveal.execute(new RevealCards(this.caller(), again)));
    if (answer.outcome === 'answered' && answer.value.ok) inboxes.received(index, orderId, answer.value.cards);
  }
}

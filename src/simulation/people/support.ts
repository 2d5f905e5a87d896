import { DeliverManually } from '../../application/commands/deliver-manually';
import { MatchNotice } from '../../application/commands/match-notice';
import { QuarantineBatch } from '../../application/commands/quarantine-batch';
import { QuarantineCard } from '../../application/commands/quarantine-card';
import { RefundOrder } from '../../application/commands/refund-order';
import { ReissueCard } from '../../application/commands/reissue-card';
import { ResolveReview } from '../../application/commands/resolve-review';
import { RestockBatch } from '../../application/commands/restock-batch';
import { RestockCard } from '../../application/commands/restock-card';
import { RetryOrder } from '../../application/commands/retry-order';
import type { Caller } from '../../application/caller';
import { ListNotices } from '../../application/queries/list-notices';
import { ListReviews, type ReviewedOrder, type ReviewView } from '../../application/queries/list-reviews';
import { orderIdOfReference } from '../../domain/kernel/ids';
import type { ReviewKind } from '../../domain/order/reviews';
import { cardsMissing, isSubmitted, refundableMinor, keptPayment, type SubmittedOrder } from '../../domain/order/state';
import type { ApiDesk } from '../node/api-desk';
import { Chance, drawn } from '../world/chance';
import type { Surroundings } from '../world/surroundings';
import type { Requests } from './requests';

const ROUND_MS = 12 * 60_000;
const PAGE = 50;
const PATIENCE_MS = 60_000;
/** A purchase that nobody can tell about is given up when it is seen for the second time. */
const ROUNDS_BEFORE_WRITE_OFF = 2;
const RESTOCK_AFTER_MS = 15 * 60_000;
/** Reviews that support answers; money and gateways are for others. */
export const SUPPORT_KINDS: ReadonlySet<ReviewKind> = new Set(['purchase', 'delivery', 'card']);

const support: Caller = { role: 'ADMIN', clientId: 'support', actor: { kind: 'SUPPORT', id: 'support' }, requestId: 'support', locale: 'zh-CN' };

export interface SupportKit {
  readonly around: Surroundings;
  readonly requests: Requests;
  /** Takes down every code that a person hands in. */
  readonly made: (code: string) => void;
}

type Base = { idempotencyKey: string; orderId: string; reason: string };
type Of<T> = readonly T[];

/** The people who talk to buyers: they answer reviews by the choices they are offered, and do what buyers ask for on the telephone. */
export class Support {
  private acts = 0;
  private codes = 0;
  private readonly seen = new Map<string, number>();

  constructor(private readonly kit: SupportKit) {}

  /** `calls`: so many times, at some moment within so long, a buyer rings up about some order. */
  open(calls: number, withinMs: number): void {
    const { seed, scheduler } = this.kit.around;
    const again = (): void => void scheduler.after(ROUND_MS, () => (void this.round(), again()));
    again();
    for (let call = 0; call < calls; call++) {
      const chance = new Chance(drawn(seed, `telephone ${call}`));
      scheduler.after(chance.next() * withinMs, () => void this.pickUp(chance));
    }
  }

  private async round(): Promise<void> {
    const answer = await this.kit.requests.send('reviews of support', (desk) => desk.reviews.execute(new ListReviews(support, { first: PAGE })));
    if (answer.outcome === 'answered') for (const { node } of answer.value.edges) await this.look(node);
    await this.matchNotices();
  }

  private async look({ order, review }: ReviewedOrder): Promise<void> {
    const state = this.kit.around.watch.stateOf(order.id);
    if (state === undefined || !isSubmitted(state) || !SUPPORT_KINDS.has(review.kind)) return;
    const key = `${order.id} ${review.subject}`;
    const times = (this.seen.get(key) ?? 0) + 1;
    this.seen.set(key, times);
    const chance = new Chance(drawn(this.kit.around.seed, `${key} ${times}`));
    if (review.kind === 'delivery' && chance.hit(0.85)) return this.byHand(state, chance);
    if (review.kind === 'purchase' && times < ROUNDS_BEFORE_WRITE_OFF) return;
    await this.choose(order.id, review, chance);
  }

  private async choose(orderId: string, { subject, choices }: ReviewView, chance: Chance): Promise<void> {
    const [first, ...rest] = choices;
    if (first === undefined) return;
    const choice = chance.of([first, ...rest]);
    await this.act(`choose ${choice}`, orderId, (desk, input) =>
      desk.resolveReview.execute(new ResolveReview(support, { ...input, subject, choice })),
    );
  }

  /** Codes, fewer than wanted, one that the shop has already, or a word that it is done. */
  private async byHand(state: SubmittedOrder, chance: Chance): Promise<void> {
    const missing = Math.max(1, cardsMissing(state));
    if (chance.hit(0.3)) {
      const receipt = `SECRET-done-by-hand-${++this.codes}`;
      await this.act('hand over a receipt', state.orderId, (desk, input) =>
        desk.deliverManually.execute(new DeliverManually(support, { ...input, receipt })),
      );
      return;
    }
    const isKnown = this.codes > 0 && chance.hit(0.1);
    const cards = Array.from({ length: chance.hit(0.2) ? chance.between(1, missing + 1) : missing }, () => ({ code: this.newCode(isKnown) }));
    await this.act('hand over codes', state.orderId, (desk, input) =>
      desk.deliverManually.execute(new DeliverManually(support, { ...input, cards })),
    );
  }

  private newCode(isKnown: boolean): string {
    const code = `CODE-by-hand-${isKnown ? this.codes : ++this.codes}`;
    this.kit.made(code);
    return code;
  }

  /** Somebody wants something about an order, whatever stands in its books. */
  private async pickUp(chance: Chance): Promise<void> {
    const { watch } = this.kit.around;
    const all = [...watch.all()].flatMap(([, state]) => (isSubmitted(state) ? [state] : []));
    // Mostly somebody rings up who has paid and waits.
    const waiting = all.filter(({ end, paidAt }) => end === undefined && paidAt !== undefined);
    const orders = waiting.length > 0 && chance.hit(0.7) ? waiting : all;
    const state = orders[chance.upTo(Math.max(0, orders.length - 1))];
    if (state === undefined) return;
    const { orderId } = state;
    const what = chance.of(['refund', 'part', 'retry', 'reissue', 'card', 'batch'] as const);
    switch (what) {
      case 'refund':
        return void (await this.act('refund', orderId, (desk, input) => desk.refund.execute(new RefundOrder(support, input))));
      case 'part':
        return this.refundPart(state, chance);
      case 'retry':
        return void (await this.act('retry', orderId, (desk, input) => desk.retry.execute(new RetryOrder(support, input))));
      case 'reissue':
        return this.reissue(orderId, state.reported);
      case 'card':
        return this.takeCardOut(state);
      case 'batch':
        return this.takeBatchOut(state, chance);
    }
  }

  private async refundPart(state: SubmittedOrder, chance: Chance): Promise<void> {
    const payment = keptPayment(state);
    const left = payment === undefined ? 0 : refundableMinor(state, payment);
    if (left < 2) return;
    const amountMinor = chance.between(1, left - 1);
    await this.act('refund a part', state.orderId, (desk, input) => desk.refund.execute(new RefundOrder(support, { ...input, amountMinor })));
  }

  private async reissue(orderId: string, reported: Of<string>): Promise<void> {
    for (const cardId of reported)
      await this.act('reissue', orderId, (desk, input) => desk.reissue.execute(new ReissueCard(support, { ...input, cardId })));
  }

  /** A card is looked at and, some time later, found to be good. One that an order holds stays with it. */
  private async takeCardOut({ held, orderId }: SubmittedOrder): Promise<void> {
    const cardId = held[0]?.cardId ?? this.anyCard();
    if (cardId === undefined) return;
    const [out, back] = [this.key(), this.key()];
    const about = { cardId, reason: `somebody asked about ${orderId}` };
    await this.insist(`quarantine ${cardId}`, (desk) => desk.quarantineCard.execute(new QuarantineCard(support, { ...about, idempotencyKey: out })));
    this.kit.around.scheduler.after(RESTOCK_AFTER_MS, () => {
      void this.insist(`restock ${cardId}`, (desk) => desk.restockCard.execute(new RestockCard(support, { ...about, idempotencyKey: back })));
    });
  }

  private async takeBatchOut({ purchases, orderId }: SubmittedOrder, chance: Chance): Promise<void> {
    const batches = [...this.kit.around.log.streamNames()]
      .filter((stream) => stream.startsWith('batch-'))
      .map((stream) => stream.slice('batch-'.length));
    const batchId = purchases.at(-1)?.requestId ?? batches[chance.upTo(Math.max(0, batches.length - 1))];
    if (batchId === undefined) return;
    const [out, back] = [this.key(), this.key()];
    const about = { batchId, reason: `somebody asked about ${orderId}` };
    await this.insist(`quarantine ${batchId}`, (desk) =>
      desk.quarantineBatch.execute(new QuarantineBatch(support, { ...about, idempotencyKey: out })),
    );
    this.kit.around.scheduler.after(RESTOCK_AFTER_MS, () => {
      void this.insist(`restock ${batchId}`, (desk) => desk.restockBatch.execute(new RestockBatch(support, { ...about, idempotencyKey: back })));
    });
  }

  private anyCard(): string | undefined {
    for (const stream of this.kit.around.log.streamNames()) if (stream.startsWith('card-')) return stream.slice('card-'.length);
    return undefined;
  }

  /** A notice that fits no payment is bound to the one that it looks like; the gateway is asked about that, whatever it says. */
  private async matchNotices(): Promise<void> {
    const answer = await this.kit.requests.send('notices', (desk) =>
      desk.notices.execute(new ListNotices(support, { first: PAGE }, { matched: false })),
    );
    if (answer.outcome !== 'answered') return;
    for (const { node } of answer.value.edges) {
      const reference = /^unknown-(.+)$/.exec(node.reference ?? '')?.[1];
      const orderId = reference === undefined ? null : orderIdOfReference(reference);
      if (reference === undefined || orderId === null) continue;
      await this.act('match', orderId, (desk, input) =>
        desk.matchNotice.execute(new MatchNotice(support, { ...input, noticeId: node.id, reference })),
      );
    }
  }

  private key(): string {
    return `support-${++this.acts}`;
  }

  private act(what: string, orderId: string, work: (desk: ApiDesk, input: Base) => Promise<{ readonly ok: boolean }>): Promise<boolean> {
    const input = { idempotencyKey: this.key(), orderId, reason: 'decided by support' };
    return this.insist(`${what} ${orderId}`, (desk) => work(desk, input));
  }

  private async insist(
    what: string,
    work: (desk: ApiDesk) => Promise<{ readonly ok: boolean; readonly refusal?: { readonly code: string } }>,
  ): Promise<boolean> {
    const done = await this.kit.requests.insist(`support ${what}`, work, PATIENCE_MS);
    this.kit.around.story.tell(`support ${what} ${done === null ? 'unanswered' : done.ok ? 'done' : `refused ${done.refusal?.code}`}`);
    return done?.ok === true;
  }
}

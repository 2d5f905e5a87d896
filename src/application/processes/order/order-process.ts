import type { Position, StoredEvent } from '../../../domain/kernel/event';
import { categoryOf, idOf } from '../../../domain/kernel/ids';
import type { Instant } from '../../../domain/kernel/time';
import { attemptOf, calledBy, isAnswer, isGranted, isSilence, paidFrom } from '../../../domain/order/calls';
import type { OrderCommand, OrderRejection } from '../../../domain/order/commands';
import type { OrderEvent } from '../../../domain/order/events';
import { placeOf, planOrder, type Call, type ChannelView, type GatewayView, type World } from '../../../domain/order/plan';
import { isPurchaseOpen } from '../../../domain/order/purchase';
import {
  cardsMissing,
  drawsOnPool,
  fullRefundOpen,
  isSubmitted,
  latestPayment,
  type OrderState,
  type SubmittedOrder,
} from '../../../domain/order/state';
import type { Timing } from '../../../domain/order/timing';
import { accountId, sideOf, type Account } from '../../../domain/routing/account';
import type { HealthChanged, HealthPolicy } from '../../../domain/routing/health';
import { BUILT_IN, policyFor, type PolicyInForce, type RoutingPolicies } from '../../../domain/routing/policy';
import type { HeldBack } from '../../../domain/routing/silence';
import { aggregates } from '../../aggregates';
import type { Background } from '../../background';
import type { Process, ProcessStep, Wake } from '../../engine/process';
import type { CommandHandling } from '../../handle-command';
import type { Runtime } from '../../ports/runtime';
import type { AccountWatch } from './account-watch';
import type { CallRoom } from './call-room';
import type { ChannelOffers } from './channel-offers';
import type { LanePaces } from './lane-paces';
import { FirstSeen } from './first-seen';
import { OrderLanes } from './order-lanes';
import { claimCards, releaseCards, stockCards } from './perform-cards';
import { performPayment, type PaymentCallKind, type PaymentOutside } from './perform-payment';
import { performPurchase, type PurchaseCall, type PurchaseOutside } from './perform-purchase';
import type { CardPool } from './pool';
import { type Purse, Questions, questionOf } from './questions';
import type { StockHint } from './stock-hint';

type OutsideCall = Extract<Call, { kind: PaymentCallKind }> | PurchaseCall;

const isPurchaseCall = (call: OutsideCall): call is PurchaseCall => 'requestId' in call;

/**
 * Units of its own stock that the shop owes this order, or soon will: paid for, not held yet and not being bought elsewhere, or being
 * charged at this moment.
 */
function promisedUnits(state: SubmittedOrder, command: OrderCommand | undefined): number {
  if (state.end !== undefined || fullRefundOpen(state) || !drawsOnPool(state)) return 0;
  const { quantity } = state.submitted;
  const buying = command?.type === 'RequestPurchase' || state.purchases.some(isPurchaseOpen);
  if (state.paidAt !== undefined) return buying ? 0 : cardsMissing(state) + (state.reserving?.cardIds.length ?? 0);
  const payment = latestPayment(state);
  const charging = payment?.request.kind === 'CHARGE' && (payment.status === 'REQUESTED' || payment.status === 'IN_DOUBT');
  return charging || (command?.type === 'RequestPayment' && state.method.kind === 'CHARGE') ? quantity : 0;
}

/** What a published policy adds to the words about an order's lane. */
const routedBy = ({ policy, trial }: PolicyInForce): { readonly policyVersion?: string; readonly canary?: boolean } => ({
  ...(policy.version === BUILT_IN.version ? {} : { policyVersion: policy.version }),
  ...(trial?.arm === 'CANARY' ? { canary: true } : {}),
});

export interface OrderProcessKit {
  readonly commands: CommandHandling;
  readonly runtime: Runtime;
  readonly outside: PaymentOutside & PurchaseOutside;
  /** What may be sent to gateways and channels. */
  readonly room: CallRoom;
  /** How much each lane may have under way. */
  readonly paces: Pick<LanePaces, 'answered'>;
  readonly timing: Timing;
  readonly healthPolicy: HealthPolicy;
  /** How orders choose where to buy, as it stands. */
  policies(): RoutingPolicies;
  /** How gateways and channels are doing, kept up by what this process sees of orders. */
  readonly watch: AccountWatch;
  readonly pool: CardPool;
  readonly stock: StockHint;
  gatewayView(gatewayId: string): GatewayView | undefined;
  channelView(channelId: string): ChannelView | undefined;
  /** Where an order goes at its release, as things stand. */
  route(order: SubmittedOrder): ReturnType<World['route']>;
  /** What channels last said of their products; asked for in the background. */
  readonly offers: Pick<ChannelOffers, 'offer' | 'unreachable'>;
  /** Where `pool`, `stock` and `offers` ask what they are to know. */
  readonly background: Background;
}

/** The order: what the engine does with the plan's wishes. All business stands in `planOrder` and `decide`. */
export class OrderProcess implements Process<OrderCommand, OrderEvent, OrderState, OrderRejection, Call> {
  readonly name = 'order';
  readonly aggregate = aggregates.order;
  readonly listensTo = ['card-', 'gateway-', 'channel-'];
  /** A dropped command no longer knows its order: what it promised is remembered beside it. */
  private readonly undo = new WeakMap<OrderCommand, () => void>();
  private readonly lanes = new OrderLanes();
  private readonly questions: Questions;
  private readonly seen: FirstSeen;

  constructor(private readonly kit: OrderProcessKit) {
    this.questions = new Questions(kit.commands.clock, kit.timing, (account) => kit.room.timesHeard(account));
    this.seen = new FirstSeen(kit.runtime);
  }

  begin(head: Position | null): void {
    this.kit.pool.begin(head);
    this.kit.stock.begin(head);
  }

  end(): Promise<void> {
    return this.kit.background.end();
  }

  plan(state: OrderState, now: Instant, by: string): ProcessStep<OrderCommand, Call> {
    const { step } = planOrder(state, now, this.world(by, state));
    if (!isSubmitted(state)) return step;
    this.lanes.note(state.orderId, state.lane);
    const { skuId } = state.submitted;
    const command = step.kind === 'decide' ? step.command : undefined;
    const giveBack = command === undefined ? undefined : this.kit.room.take(command, state);
    if (command !== undefined && giveBack !== undefined) this.undo.set(command, giveBack);
    this.kit.stock.promise(skuId, state.orderId, promisedUnits(state, command));
    if (command?.type === 'ReserveCards') {
      this.kit.pool.take(skuId, command.cardIds);
      this.undo.set(command, () => this.kit.pool.giveBack(skuId, command.cardIds));
    }
    return step;
  }

  dropped(command: OrderCommand): void {
    this.undo.get(command)?.();
    this.undo.delete(command);
  }

  laneOf(id: string): string {
    return this.lanes.of(id);
  }

  givenUp(): OrderCommand {
    return { type: 'OpenReview', subject: 'progress', cause: 'ENGINE_STUCK' };
  }

  isOutside(call: Call): boolean {
    return call.kind !== 'claim-cards' && call.kind !== 'release-cards' && call.kind !== 'stock-cards';
  }

  answered(call: Call, id: string, news: boolean): boolean {
    return this.isOutside(call) && this.questions.answered(questionOf(id, call), news);
  }

  async perform(call: Call, state: OrderState, by: string): Promise<OrderCommand | null> {
    const { commands } = this.kit;
    const session = by.slice(0, by.indexOf(':'));
    switch (call.kind) {
      case 'claim-cards':
        return claimCards(commands, state.orderId, call.reservation, call.cardIds, by, session);
      case 'release-cards':
        return releaseCards(commands, state.orderId, call.cards, by, session);
      case 'stock-cards':
        return stockCards(commands, state, call, by, session);
      default:
        return this.performOutside(call, state);
    }
  }

  /** What is under way counts from when it is granted, or else begins here. */
  private async performOutside(call: OutsideCall, state: OrderState): Promise<OrderCommand | null> {
    const { room, paces, outside, watch, commands } = this.kit;
    const account = calledBy(state, call);
    if (account === undefined) return null;
    // Others may have taken the room since it was planned: then it is asked later.
    if (!isGranted(call) && this.isBusy(account)) return null;
    if (!isGranted(call)) room.load.begin(account);
    const question = questionOf(state.orderId, call);
    this.questions.asked(question, account, this.purseOf(state, call));
    const sentAtMs = this.kit.runtime.monotonicMs();
    const attempt = attemptOf(call);
    if (attempt !== undefined) watch.sent(attempt, account, commands.clock.now());
    try {
      const answer = await (isPurchaseCall(call) ? performPurchase(outside, call, state) : performPayment(outside, call, state));
      if (isGranted(call)) room.heard(account, call, state, answer);
      if (isSilence(answer)) this.questions.silent(question);
      else if (answer !== null) room.isThere(account);
      if (isAnswer(answer)) paces.answered(this.laneOf(state.orderId), account, call.kind, this.kit.runtime.monotonicMs() - sentAtMs);
      return answer;
    } finally {
      if (attempt !== undefined) watch.over(attempt, this.kit.runtime.monotonicMs() - sentAtMs);
      if (isGranted(call)) room.load.endGranted(account);
      else room.load.end(account);
    }
  }

  private isBusy(account: Account): boolean {
    const view = sideOf(account) === 'gateway' ? this.kit.gatewayView(accountId(account)) : this.kit.channelView(accountId(account));
    return view?.busy === true;
  }

  private heldBack(state: OrderState, call: Call): HeldBack | undefined {
    const account = calledBy(state, call);
    return account === undefined ? undefined : this.questions.heldBack(questionOf(state.orderId, call), account, this.purseOf(state, call));
  }

  /** What a question is paid from. */
  private purseOf(state: OrderState, call: Call): Purse | undefined {
    const from = paidFrom(state, call);
    const account = from === null ? undefined : calledBy(state, call);
    if (account === undefined) return undefined;
    return { account, budgets: from === 'RETRIES' ? this.kit.room.retries : this.kit.room.questions };
  }

  roomAgain(): readonly Wake[] {
    return this.kit.room.roomAgain();
  }

  observe(event: StoredEvent): readonly Wake[] {
    switch (categoryOf(event.stream)) {
      case 'card':
        this.kit.stock.observe(event);
        return this.kit.pool.observe(event);
      case 'gateway':
      case 'channel':
        return this.observeAccount(event);
      default:
        this.observeOrder(event as unknown as OrderEvent);
        this.lanes.observe(event);
        this.kit.watch.observe(event);
        this.kit.stock.observe(event);
        return [];
    }
  }

  /** Another engine may have found it well: those of this one then need not wait for an answer of their own. */
  private observeAccount(event: StoredEvent): readonly Wake[] {
    const account: Account = `${categoryOf(event.stream) === 'gateway' ? 'gateway' : 'channel'}:${idOf(event.stream)}`;
    if (event.type === 'HealthChanged' && (event as unknown as HealthChanged).data.to === 'HEALTHY') this.kit.room.isThere(account);
    return [{ topic: account, count: Number.MAX_SAFE_INTEGER }];
  }

  private observeOrder(event: OrderEvent): void {
    // Sent too late is our own fault; everything else that was not done says that the channel cannot be reached.
    if (event.type === 'PurchaseRefused' && event.data.proof === 'NOT_DONE' && event.data.reason !== 'TOO_LATE')
      this.kit.offers.unreachable(event.data.channelId);
  }

  private world(by: string, state: OrderState): World {
    const { orderId } = state;
    const { kit } = this;
    const policy = policyFor(kit.policies(), orderId);
    return {
      timing: kit.timing,
      healthPolicy: kit.healthPolicy,
      policy,
      by,
      hasCome: (at) => kit.commands.clock.hasCome(at),
      askAgain: (call) => this.heldBack(state, call),
      retries: kit.room.retries,
      isBehind: (account, wants) => kit.room.isBehind(account, wants, this.laneOf(orderId), placeOf(state)),
      seenForMs: (key) => this.seen.forMs(key),
      gateway: (gatewayId) => kit.gatewayView(gatewayId),
      channel: (channelId) => kit.channelView(channelId),
      offer: (channelId, product) => kit.offers.offer(channelId, product),
      candidates: (skuId, quantity) => kit.pool.candidates(skuId, quantity),
      sellable: (skuId) => kit.stock.sellable(skuId, orderId),
      route: (order) => ({ ...kit.route(order), ...routedBy(policy) }),
    };
  }
}

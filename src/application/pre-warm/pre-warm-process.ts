import type { JobCommand, JobRejection, JobState } from '../../domain/job/decide';
import type { JobEvent } from '../../domain/job/events';
import { wanting, type PreWarm } from '../../domain/job/pre-warm';
import { planPreWarm } from '../../domain/job/pre-warm-plan';
import type { Instant } from '../../domain/kernel/time';
import { isGranted, isSilence, paidFrom } from '../../domain/order/calls';
import type { Call, ChannelView, World } from '../../domain/order/plan';
import { findPurchase } from '../../domain/order/goods';
import type { Timing } from '../../domain/order/timing';
import type { Account } from '../../domain/routing/account';
import type { HealthPolicy } from '../../domain/routing/health';
import { policyFor, type RoutingPolicies } from '../../domain/routing/policy';
import type { HeldBack } from '../../domain/routing/silence';
import { aggregates } from '../aggregates';
import type { Background } from '../background';
import type { Process, ProcessStep } from '../engine/process';
import type { CommandHandling } from '../handle-command';
import type { CallRoom } from '../processes/order/call-room';
import type { ChannelOffers } from '../processes/order/channel-offers';
import { FirstSeen } from '../processes/order/first-seen';
import { performPurchase, type PurchaseCall, type PurchaseOutside } from '../processes/order/perform-purchase';
import { questionOf, Questions, type Purse } from '../processes/order/questions';
import type { Runtime } from '../ports/runtime';
import { stockAhead } from './stock-ahead';

export interface PreWarmProcessKit {
  readonly commands: CommandHandling;
  readonly runtime: Runtime;
  readonly outside: PurchaseOutside;
  /** What may be sent to channels, by orders and by this together. */
  readonly room: CallRoom;
  readonly timing: Timing;
  readonly healthPolicy: HealthPolicy;
  policies(): RoutingPolicies;
  channelView(channelId: string): ChannelView | undefined;
  readonly offers: Pick<ChannelOffers, 'offer'>;
  /** Where `offers` asks. */
  readonly background: Background;
}

const isPurchaseCall = (call: Call): call is PurchaseCall =>
  call.kind === 'request-purchase' || call.kind === 'query-purchase' || call.kind === 'cancel-purchase';

/** Buying ahead, as the engine's loop drives it: intent before the call, its answer after it, and a doubt resolved like one of an order. */
export class PreWarmProcess implements Process<JobCommand, JobEvent, JobState, JobRejection, Call> {
  readonly name = 'pre-warm';
  readonly aggregate = aggregates.job;
  readonly listensTo = [];
  private readonly undo = new WeakMap<JobCommand, () => void>();
  private readonly questions: Questions;
  private readonly seen: FirstSeen;

  constructor(private readonly kit: PreWarmProcessKit) {
    this.questions = new Questions(kit.commands.clock, kit.timing, (account) => kit.room.timesHeard(account));
    this.seen = new FirstSeen(kit.runtime);
  }

  begin(): void {
    // Knows nothing from read models.
  }

  end(): Promise<void> {
    return this.kit.background.end();
  }

  plan({ preWarm }: JobState, now: Instant, by: string): ProcessStep<JobCommand, Call> {
    if (preWarm === undefined) return { kind: 'wait' };
    const step = planPreWarm(preWarm, now, this.world(preWarm, by));
    if (step.kind !== 'decide' || step.command.type !== 'RequestPurchase') return step;
    const giveBack = this.kit.room.take(step.command, wanting(preWarm, 1));
    if (giveBack !== undefined) this.undo.set(step.command, giveBack);
    return step;
  }

  /** Every open job is looked at again every few seconds in any case. */
  roomAgain(): readonly never[] {
    return [];
  }

  dropped(command: JobCommand): void {
    this.undo.get(command)?.();
    this.undo.delete(command);
  }

  async perform(call: Call, { preWarm }: JobState, by: string): Promise<JobCommand | null> {
    if (preWarm === undefined) return null;
    if (call.kind === 'stock-cards') return stockAhead(this.kit.commands, preWarm, call, by);
    return isPurchaseCall(call) ? this.buy(call, preWarm) : null;
  }

  /** What is under way counts from when it is granted, or else begins here. */
  private async buy(call: PurchaseCall, preWarm: PreWarm): Promise<JobCommand | null> {
    const { room, outside } = this.kit;
    const state = wanting(preWarm, 1);
    const account = this.accountOf(preWarm, call);
    if (account === undefined) return null;
    if (!isGranted(call)) room.load.begin(account);
    const question = questionOf(state.orderId, call);
    this.questions.asked(question, account, this.purseOf(preWarm, call));
    try {
      const answer = await performPurchase(outside, call, state);
      if (isGranted(call)) room.heard(account, call, state, answer);
      if (isSilence(answer)) this.questions.silent(question);
      else if (answer !== null) room.isThere(account);
      return answer?.type === 'RecordPurchaseAnswer' ? answer : null;
    } finally {
      room.load.end(account);
    }
  }

  answered(call: Call, id: string, news: boolean): boolean {
    return isPurchaseCall(call) && this.questions.answered(questionOf(id, call), news);
  }

  givenUp(): JobCommand {
    return { type: 'StopPreWarm' };
  }

  isOutside(call: Call): boolean {
    return isPurchaseCall(call);
  }

  laneOf(): string {
    return 'default';
  }

  observe(): readonly never[] {
    return [];
  }

  private accountOf({ order }: PreWarm, call: PurchaseCall): Account | undefined {
    const purchase = findPurchase(order, call.requestId);
    return purchase === undefined ? undefined : `channel:${purchase.channelId}`;
  }

  private heldBack(preWarm: PreWarm, call: Call): HeldBack | undefined {
    const account = isPurchaseCall(call) ? this.accountOf(preWarm, call) : undefined;
    if (account === undefined || !isPurchaseCall(call)) return undefined;
    return this.questions.heldBack(questionOf(preWarm.order.orderId, call), account, this.purseOf(preWarm, call));
  }

  private purseOf(preWarm: PreWarm, call: PurchaseCall): Purse | undefined {
    const from = paidFrom(preWarm.order, call);
    const account = from === null ? undefined : this.accountOf(preWarm, call);
    if (account === undefined) return undefined;
    return { account, budgets: from === 'RETRIES' ? this.kit.room.retries : this.kit.room.questions };
  }

  private world(preWarm: PreWarm, by: string): World {
    const { kit } = this;
    const jobId = preWarm.order.orderId;
    return {
      timing: kit.timing,
      healthPolicy: kit.healthPolicy,
      policy: policyFor(kit.policies(), jobId),
      by,
      hasCome: (at) => kit.commands.clock.hasCome(at),
      askAgain: (call) => this.heldBack(preWarm, call),
      retries: kit.room.retries,
      seenForMs: (key) => this.seen.forMs(key),
      gateway: () => undefined,
      channel: (channelId) => withoutCallback(kit.channelView(channelId)),
      offer: (channelId, product) => kit.offers.offer(channelId, product),
      candidates: () => ({ kind: 'NONE' }),
      sellable: () => undefined,
      route: () => ({ lane: 'default', policyVersion: '', why: '' }),
    };
  }
}

/** A notice would look for an order of that id. Nobody is in a hurry here: what is pending is asked about. */
function withoutCallback(view: ChannelView | undefined): ChannelView | undefined {
  if (view === undefined) return undefined;
  const { callbackUrl: _unused, ...rest } = view;
  return rest;
}

import { calledAfter, isAnswer, isRetry } from '../../../domain/order/calls';
import type { EngineCommand, OrderCommand } from '../../../domain/order/commands';
import type { Instant } from '../../../domain/kernel/time';
import type { Call } from '../../../domain/order/plan';
import type { Wanted } from '../../../domain/order/plan-steps';
import { retryOf, type Retry } from '../../../domain/order/retries';
import type { OrderState } from '../../../domain/order/state';
import type { Account } from '../../../domain/routing/account';
import { defaultRetryPolicy, type RetryPolicy } from '../../../domain/routing/retry-budget';
import type { Runtime } from '../../ports/runtime';
import { AccountLoad, type CallLimits, type RoomNews } from './account-load';
import { RetryBudgets } from './retry-budgets';

export interface CallRoomPolicy extends RetryPolicy {
  /** Calls to one gateway under way at once, where its settings do not say. Channels always say. */
  readonly gatewayCallsMax: number;
  /** No gateway may have more, whatever its settings say: one that hangs leaves the rest of the engine. */
  readonly gatewayCallsBound: number;
}

/** Half of the slots that an engine has by default: one gateway that hangs leaves the other half. */
export const defaultCallRoomPolicy: CallRoomPolicy = { ...defaultRetryPolicy, gatewayCallsMax: 128, gatewayCallsBound: 128 };

/** Calls that each engine has under way at a gateway at most. */
export const gatewayCallsAtMost = (
  { gatewayCallsMax, gatewayCallsBound }: Pick<CallRoomPolicy, 'gatewayCallsMax' | 'gatewayCallsBound'>,
  maxInFlight = gatewayCallsMax,
): number => Math.min(maxInFlight, gatewayCallsBound);

/** One would only keep the pace of whoever asks by his own time. */
const BROUGHT_BY_AN_ANSWER = 2;

/** One takes the room that became free, and the other what the ramp has risen by. */
const LET_IN_BY_AN_END = 2;

type Wake = (topic: string, count: number) => void;
/** Since when the longest waiting of a lane waits for a topic. */
type Longest = (topic: string, lane: string) => Instant | undefined;

/**
 * What this process may send to each gateway and channel: calls under way, and what is sent again. One that hangs takes no more than its
 * part of the engine, and one that fails gets no storm of retries.
 */
export class CallRoom {
  readonly load: AccountLoad;
  /** Requests made anew. */
  readonly retries: RetryBudgets;
  /** Questions that settle a doubt. */
  readonly questions: RetryBudgets;
  /** How often each was heard of: as many as there are gateways and channels. */
  private readonly heardOf = new Map<Account, number>();
  private wake: Wake = () => undefined;
  private longest: Longest = () => undefined;

  constructor(
    runtime: Pick<Runtime, 'monotonicMs'>,
    private readonly policy: CallRoomPolicy,
  ) {
    this.load = new AccountLoad(runtime, (account) => {
      this.wake(`room:${account}`, 1);
      this.wake(`turn:${account}`, LET_IN_BY_AN_END);
    });
    this.retries = new RetryBudgets(policy.retries, runtime, (account, count) => this.wake(`retry:${account}`, count));
    this.questions = new RetryBudgets(policy.questions, runtime);
  }

  /** Who is told that there is room for some of those who wait for a topic. */
  onRoom(wake: Wake, longest: Longest = () => undefined): void {
    this.wake = wake;
    this.longest = longest;
  }

  /** Whether somebody of this lane has waited longer for room there. Requests go behind questions, too: these are of orders that have been sent once. */
  isBehind(account: Account, wants: Wanted, lane: string, since: Instant): boolean {
    const isLonger = (topic: string): boolean => (this.longest(topic, lane) ?? Infinity) < since;
    const isBehindQuestion = isLonger(`room:${account}`);
    if (isBehindQuestion) this.load.turnedAway(account);
    return isBehindQuestion || (wants === 'REQUEST' && isLonger(`turn:${account}`));
  }

  /** Who was found full, and is not any more: so many of those who wait may look again. */
  roomAgain(): readonly RoomNews[] {
    return this.load.roomAgain();
  }

  /** `maxInFlight`: what its settings say. */
  isGatewayBusy(gatewayId: string, maxInFlight?: number): boolean {
    return this.load.isBusy(`gateway:${gatewayId}`, this.gatewayLimits(maxInFlight));
  }

  isChannelBusy(channelId: string, limits: CallLimits): boolean {
    return this.load.isBusy(`channel:${channelId}`, limits);
  }

  /** `limits`: what its health leaves of its limits at the moment of asking. */
  isRampFull(account: Account, limits: () => CallLimits): boolean {
    return this.load.isRampFull(account, limits);
  }

  /** What one gateway may have under way, whatever its health. */
  gatewayLimits(maxInFlight?: number): CallLimits {
    return { maxInFlight: gatewayCallsAtMost(this.policy, maxInFlight) };
  }

  /** Takes the room that a planned decision needs. Returns what gives it back, should the decision not be stored after all. */
  take(command: EngineCommand, state: OrderState): (() => void) | undefined {
    const retry = retryOf(state, command);
    if (command.type === 'MoveRetry') return retry === undefined ? undefined : this.promise(retry.account);
    const account = calledAfter(state, command);
    if (account === undefined) return undefined;
    this.load.grant(account);
    const giveBack = retry === undefined ? undefined : this.pay(retry);
    return () => {
      giveBack?.();
      this.load.endGranted(account);
    };
  }

  timesHeard(account: Account): number {
    return this.heardOf.get(account) ?? 0;
  }

  /**
   * It said something, or was found well. Of those whose questions met silence there, the longest waiting ask again at once; whoever is answered
   * brings the next two, so a doubling number is asked as long as answers come, and nobody when they do not.
   */
  isThere(account: Account): void {
    this.heardOf.set(account, this.timesHeard(account) + 1);
    this.wake(`heard:${account}`, BROUGHT_BY_AN_ANSWER);
  }

  /** What came of a granted request. */
  heard(account: Account, call: Call, state: OrderState, answer: OrderCommand | null): void {
    if (!isAnswer(answer) || call.kind === 'close-payment') return;
    if (isRetry(state, call)) this.retries.giveBack(account);
    else this.retries.earn(account);
  }

  private promise(account: Account): () => void {
    this.retries.promise(account);
    return () => this.retries.takeBack(account);
  }

  private pay({ account, moved }: Retry): () => void {
    if (moved) this.retries.redeem(account);
    else this.retries.spend(account);
    return () => (moved ? this.retries.keep(account) : this.retries.giveBack(account));
  }
}

import type { Happened, Position, StoredEvent } from '../../domain/kernel/event';
import { idOf, streams } from '../../domain/kernel/ids';
import type { OrderEvent } from '../../domain/order/events';
import { isSubmitted, type OrderState, type SubmittedOrder } from '../../domain/order/state';
import { aggregates } from '../aggregates';
import { Background } from '../background';
import { accessTo } from '../authorise';
import type { Caller } from '../caller';
import { StreamNotUnderstood } from '../errors';
import type { EventCodec } from '../ports/event-codec';
import type { EventStore } from '../ports/event-store';
import type { Keyring } from '../ports/keyring';
import type { Runtime } from '../ports/runtime';
import { asItMayBeTold, erasedEvent } from './erased-history';
import { GetOrder } from './get-order';

export interface OrderFeedDependencies {
  readonly store: EventStore;
  readonly codec: EventCodec;
  readonly runtime: Runtime;
  readonly keyring: Keyring;
  /** The store cannot be followed at the moment; followers wait, and lose nothing. */
  readonly onProblem?: (error: unknown) => void;
}

/** An order as it is after one of its events. `event` is absent in the picture that a follower begins with. */
export interface OrderStep {
  readonly state: SubmittedOrder;
  readonly revision: number;
  readonly event?: StoredEvent;
}

export interface Follow {
  readonly orderId: string;
  /** Steps after this one; absent = begin with the order as it is now. */
  readonly afterRevision?: number | undefined;
  readonly caller: Caller;
  readonly accessToken?: string | undefined;
  /** False once the key that the caller came with is worth nothing any more. */
  readonly isStillValid: () => boolean;
  readonly signal: AbortSignal;
}

/** Also of what came before: the past is not told with its buyer any more. */
const erasedStep = ({ event, ...step }: OrderStep, now: OrderState): OrderStep => ({
  ...step,
  state: asItMayBeTold(step.state, now),
  ...(event === undefined ? {} : { event: erasedEvent(event) }),
});

const RETRY_MS = 250;
/** Followers look by themselves so often, should a wake-up have been lost; also the rhythm of asking whether a key is still valid. */
const LOOK_EVERY_MS = 15_000;

interface Follower {
  wake: AbortController;
}

/**
 * What happens to single orders, live, for many followers. One subscription per node tells who should look; each follower then
 * reads its own stream from where it stands. Nothing is queued for a slow follower, so it costs nothing and misses nothing.
 * The subscription runs only while somebody follows.
 */
export class OrderFeed {
  private readonly background = new Background();
  private readonly followers = new Map<string, Set<Follower>>();
  private subscription: { readonly stop: AbortController; readonly begun: Promise<void> } | null = null;

  constructor(private readonly deps: OrderFeedDependencies) {}

  /** Ends when the signal aborts, or key or token open the order no more; an end of the order does not end it. Throws StoreUnavailable, and RangeError when there is no such order. */
  async *follow(wish: Follow): AsyncGenerator<OrderStep, void, undefined> {
    const { orderId, afterRevision, signal } = wish;
    const follower: Follower = { wake: new AbortController() };
    const wakeToStop = (): void => follower.wake.abort();
    signal.addEventListener('abort', wakeToStop);
    this.enter(orderId, follower);
    try {
      await this.begin();
      let { state, revision }: Reading = { state: aggregates.order.decider.initial(orderId), revision: -1 };
      while (!signal.aborted) {
        // From here on whatever is stored wakes us; so the read below and the wake-ups leave no gap between them.
        follower.wake = new AbortController();
        const began = revision >= 0;
        const steps: OrderStep[] = [];
        for (const event of await this.read(orderId, revision + 1)) {
          state = aggregates.order.decider.evolve(state, event as unknown as Happened<OrderEvent>);
          revision = event.revision;
          if (isSubmitted(state) && revision > (afterRevision ?? -1)) steps.push({ state, revision, event });
        }
        if (!isSubmitted(state)) throw new RangeError(`there is no order ${orderId}`);
        const shown = began || afterRevision !== undefined ? steps : [{ state, revision }];
        for (const step of shown) {
          if (signal.aborted || !this.mayGoOn(wish, state)) return;
          yield state.erasedAt === undefined ? step : erasedStep(step, state);
        }
        if (!this.mayGoOn(wish, state)) return;
        await this.deps.runtime.sleep(LOOK_EVERY_MS, follower.wake.signal);
      }
    } finally {
      signal.removeEventListener('abort', wakeToStop);
      this.leave(orderId, follower);
    }
  }

  /** Ends the subscription, also should somebody still follow: this process goes down. */
  async close(): Promise<void> {
    this.subscription?.stop.abort();
    await this.background.end();
  }

  /** Asked of the order as it is before anything is handed out: a token that was renewed opens nothing that came later. */
  private mayGoOn({ caller, accessToken, isStillValid }: Follow, state: OrderState): boolean {
    return isStillValid() && accessTo(GetOrder, caller, state, accessToken, this.deps.keyring) !== null;
  }

  private async read(orderId: string, from: number): Promise<readonly StoredEvent[]> {
    const stream = streams.order(orderId);
    return (await this.deps.store.read(stream, { from })).map((stored) => {
      const decoded = this.deps.codec.decode(stored);
      if (decoded.outcome === 'unknown') throw new StreamNotUnderstood(stream, stored.revision, decoded.why);
      return decoded.event;
    });
  }

  private enter(orderId: string, follower: Follower): void {
    const others = this.followers.get(orderId);
    if (others === undefined) this.followers.set(orderId, new Set([follower]));
    else others.add(follower);
  }

  private leave(orderId: string, follower: Follower): void {
    const others = this.followers.get(orderId);
    others?.delete(follower);
    if (others?.size === 0) this.followers.delete(orderId);
    if (this.followers.size > 0) return;
    this.subscription?.stop.abort();
    this.subscription = null;
  }

  /** Resolves when everything stored from now on will wake its followers. */
  private begin(): Promise<void> {
    if (this.subscription === null) {
      const stop = new AbortController();
      const begun = this.deps.store.head().then((head) => {
        this.background.run(() => this.run(head, stop.signal));
      });
      this.subscription = { stop, begun };
      // A store that was away at the first question is asked again by the next follower.
      begun.catch(() => {
        if (this.subscription?.stop === stop) this.subscription = null;
      });
    }
    return this.subscription.begun;
  }

  private async run(head: Position | null, signal: AbortSignal): Promise<void> {
    const { store, runtime, onProblem } = this.deps;
    let after = head;
    while (!signal.aborted) {
      try {
        for await (const { events, position } of store.subscribe({ after, streamPrefixes: ['order-'], signal })) {
          for (const { stream } of events) for (const follower of this.followers.get(idOf(stream)) ?? []) follower.wake.abort();
          after = position;
        }
      } catch (error) {
        onProblem?.(error);
      }
      if (!signal.aborted) await runtime.sleep(RETRY_MS * (0.5 + runtime.random()), signal);
    }
  }
}

interface Reading {
  readonly state: OrderState;
  readonly revision: number;
}

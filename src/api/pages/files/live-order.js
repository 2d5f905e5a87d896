import { ask, subscribe } from './graphql-client.js';
import { ORDER_BY_NUMBER, ORDER_UPDATED } from './order-documents.js';

const WAIT_FIRST_MS = 2_000;
const WAIT_MAX_MS = 10_000;
/** An order of this moment may not be listed yet, so one "no such order" is not believed. */
const FIRST_LOOKS_MAX = 3;
const FIRST_LOOK_WAIT_MS = 600;
/** Top-level errors that tell a buyer no more than "no such order". */
const SAME_AS_UNKNOWN = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT', 'NOT_FOUND']);

/**
 * Keeps one order up to date: looks, then follows its stream; when that breaks, looks again, waits a little longer each time, and
 * follows anew. So a stream that never works leaves plain polling.
 *
 * `watch` hears: `order(order)`, never older than the one before · `link('live' | 'asking' | 'away')` · `unknown()`, the last word.
 */
export class LiveOrder {
  constructor({ number, token, locale, watch }) {
    this.question = { query: ORDER_BY_NUMBER, variables: { number, accessToken: token } };
    this.headers = { 'x-order-token': token, 'accept-language': locale };
    this.watch = watch;
    this.stopping = new AbortController();
    this.revision = -1;
    this.seen = false;
  }

  async run() {
    let waitMs = WAIT_FIRST_MS;
    while (!this.stopped) {
      const order = await this.look();
      if (this.stopped) return;
      if (order === null) return this.watch.unknown();
      if (order !== undefined && (await this.follow(order.id))) waitMs = WAIT_FIRST_MS;
      if (this.stopped) return;
      await this.wait(waitMs);
      waitMs = Math.min(waitMs * 1.5, WAIT_MAX_MS);
    }
  }

  get stopped() {
    return this.stopping.signal.aborted;
  }

  stop() {
    this.stopping.abort();
    this.refresh();
  }

  /** Looks now: the page came back to the front, or the network did. */
  refresh() {
    this.following?.abort();
    this.endWait?.();
    this.hurried = true;
  }

  /** Takes an order that came another way, such as the answer to a mutation. */
  take(order) {
    if (this.stopped || order.revision < this.revision) return;
    this.revision = order.revision;
    this.seen = true;
    this.watch.order(order);
  }

  /** The order; null when there is none for this token; undefined when nobody could say. */
  async look() {
    for (let looks = 1; ; looks++) {
      const found = await this.lookOnce();
      if (found !== null || this.seen || looks >= FIRST_LOOKS_MAX || this.stopped) return found;
      await this.wait(FIRST_LOOK_WAIT_MS);
    }
  }

  async lookOnce() {
    const answer = await ask(this.question, this.headers, this.stopping.signal).catch(() => undefined);
    if (this.stopped) return undefined;
    const order = answer?.body?.data?.orderByNumber;
    if (order) {
      this.watch.link('asking');
      this.take(order);
      return order;
    }
    const codes = answer?.body?.errors?.map(({ extensions }) => extensions?.code) ?? [];
    if (order === null && codes.length === 0) return null;
    if (codes.length > 0 && codes.every((code) => SAME_AS_UNKNOWN.has(code))) return null;
    this.watch.link('away');
    return undefined;
  }

  /** Until the stream ends, however it ends. True when it ever told anything. */
  async follow(orderId) {
    this.following = new AbortController();
    let heard = false;
    try {
      for await (const { data, errors } of subscribe({ query: ORDER_UPDATED, variables: { orderId } }, this.headers, this.following.signal)) {
        if (errors !== undefined || this.stopped) break;
        heard = true;
        this.watch.link('live');
        this.take(data.orderUpdated.order);
      }
    } catch {
      // The next look says whether the shop is away.
    }
    return heard;
  }

  async wait(ms) {
    if (this.hurried || this.stopped) {
      this.hurried = false;
      return;
    }
    await new Promise((resolve) => {
      this.endWait = resolve;
      setTimeout(resolve, ms);
    });
    this.hurried = false;
  }
}

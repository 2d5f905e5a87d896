import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Chance } from '../../support/chance';
import type { LiveShop } from '../../support/live-shop';
import { Shopper, type SubmitInput } from '../../support/shopper';
import { pause } from './busy-shop';
import { ENDED } from './reckoning';

export interface Placed {
  readonly id: string;
  readonly token: string;
}

/** How often a buyer looks whether the goods are there before going on. */
const CODE_LOOKS = 20;

/** Storefronts and buyers who go on whatever happens to the server: each insists on its key until it has an answer. */
export class BusyBuyers {
  /** Orders that were acknowledged, by the key they were submitted under. */
  readonly acknowledged = new Map<string, Placed>();
  /** Every key that was ever sent. */
  readonly sent = new Map<string, Required<Pick<SubmitInput, 'skuId' | 'kind' | 'buyer' | 'contact'>>>();
  /** Codes that buyers were shown, by order. */
  readonly shown = new Map<string, readonly string[]>();
  /** Answers that were no order: counted, so that a test can see that it tested something. */
  failures = 0;
  private readonly shopper: Shopper;
  private readonly chance: Chance;
  private readonly working: Promise<void>[] = [];
  private stopped = false;
  private knocking: Promise<void> | undefined;
  private readonly onAcknowledged: (() => void)[] = [];

  constructor(
    private readonly shop: LiveShop,
    private readonly skuIds: readonly [string, ...string[]],
    seed: number,
  ) {
    this.shopper = new Shopper(shop);
    this.chance = new Chance(seed);
  }

  start(buyers: number, pauseMs: number): void {
    for (let i = 0; i < buyers; i++) this.working.push(this.shopOn(pauseMs));
  }

  /** Lets everybody finish what they are at. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.working);
  }

  /** One who pays at once, and insists whoever has gone home: for when the trouble is over. */
  async buy(skuId: string): Promise<Placed> {
    const [key, buyer] = [randomUUID(), randomUUID()];
    this.sent.set(key, { skuId, kind: 'CHARGE', buyer, contact: { email: `${buyer}@example.com` } });
    return this.answered(key);
  }

  /** Hears, once, when the next order is acknowledged. */
  onceAcknowledged(hear: () => void): void {
    this.onAcknowledged.push(hear);
  }

  private async shopOn(pauseMs: number): Promise<void> {
    while (!this.stopped) {
      const kind = this.chance.hit(0.6) ? 'CHARGE' : 'REDIRECT';
      const key = randomUUID();
      const buyer = randomUUID();
      // A contact is sealed with a key of its own: each buyer's first order makes one.
      this.sent.set(key, { skuId: this.chance.of(this.skuIds), kind, buyer, contact: { email: `${buyer}@example.com` } });
      const placed = await this.insist(key);
      if (placed !== undefined && kind === 'REDIRECT') await this.visitPayPage(placed.id);
      if (placed !== undefined && this.chance.hit(0.5)) await this.waitForCodes(placed);
      await pause(pauseMs * (0.5 + this.chance.next()));
    }
  }

  /** Submits under the same key until it is answered, or until everybody goes home. */
  private async insist(key: string): Promise<Placed | undefined> {
    while (!this.stopped) {
      const placed = await this.submit(key);
      if (placed !== undefined) return placed;
      await this.untilSomebodyIsThere();
      await pause(20 + 80 * this.chance.next());
    }
    return undefined;
  }

  private async answered(key: string): Promise<Placed> {
    let placed = await this.submit(key);
    while (placed === undefined) placed = (await pause(50), await this.submit(key));
    return placed;
  }

  private async submit(key: string): Promise<Placed | undefined> {
    const wish = this.sent.get(key);
    if (wish === undefined) throw new Error(`key ${key} was never sent`);
    try {
      const { order, accessToken } = await this.shopper.submit({ ...wish, key });
      if (order === null || accessToken === null) return void this.failures++;
      const before = this.acknowledged.get(key);
      if (before !== undefined && before.id !== order.id) throw new Error(`key ${key} was order ${before.id} and is now ${order.id}`);
      const placed = { id: order.id, token: accessToken };
      this.acknowledged.set(key, placed);
      for (const hear of this.onAcknowledged.splice(0)) hear();
      return placed;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('key ')) throw error;
      this.failures++;
      return undefined;
    }
  }

  /** Most pay, some leave, some cancel while they pay. */
  private async visitPayPage(id: string): Promise<void> {
    const mood = this.chance.next();
    for (let looks = 0; looks < 100 && !this.stopped; looks++) {
      try {
        const { payment, status } = await this.shopper.see(id);
        if (ENDED.includes(status)) return;
        if (payment?.payUrl != null) {
          if (mood > 0.85) return;
          if (mood > 0.75) await this.shopper.mutate('cancelOrder', { orderId: id });
          await this.shop.sandbox.pay(payment.reference);
          return;
        }
      } catch {
        await this.untilSomebodyIsThere();
      }
      await pause(50);
    }
  }

  /** A buyer who has been shown a code has it, whatever becomes of the server. */
  private async waitForCodes({ id, token }: Placed): Promise<void> {
    for (let looks = 0; looks < CODE_LOOKS && !this.stopped; looks++) {
      try {
        if ((await this.shopper.see(id)).status === 'COMPLETED') {
          const { codes } = await this.shopper.reveal(id, token);
          if (codes.length > 0) this.shown.set(id, codes);
          return;
        }
      } catch {
        await this.untilSomebodyIsThere();
      }
      await pause(50);
    }
  }

  /** One knocks for all while nobody is there: many who ask a port that is shut would only take the machine from the server that starts. */
  private untilSomebodyIsThere(): Promise<void> {
    return (this.knocking ??= this.knock().finally(() => (this.knocking = undefined)));
  }

  private async knock(): Promise<void> {
    while (!this.stopped && !(await opens(this.shop.url))) await pause(20);
  }

  /** Every key once more: what was stored without an answer comes to light, and what was answered is answered the same. */
  async askAgain(): Promise<readonly Placed[]> {
    for (const key of this.sent.keys()) {
      const known = this.acknowledged.get(key);
      const placed = await this.answered(key);
      expect(placed.id).toBe(known?.id ?? placed.id);
    }
    return [...this.acknowledged.values()];
  }
}

/** Whether somebody takes connections there. */
function opens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const answer = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

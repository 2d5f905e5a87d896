import { setTimeout as pause } from 'node:timers/promises';
import type { SandboxControl } from './sandbox-control';
import { type SeenOrder, ShopAway, type ShopClient, type Submitted, type Wish } from './shop-client';

/** One purchase as its buyer lived it. */
export interface Purchase {
  readonly orderId: string;
  readonly accessToken: string;
  readonly quantity: number;
  /** What the order costs, integer minor units. */
  readonly amountMinor: number;
  /** The order when it was last looked at; null when the shop no longer knew it. */
  readonly seen: SeenOrder | null;
  /** What the buyer was shown. */
  readonly codes: readonly string[];
  /** The same where there is no code; each stands for one unit. */
  readonly receipts: readonly string[];
}

/** Units that the buyer holds something for. */
export const unitsShown = ({ codes, receipts }: Pick<Purchase, 'codes' | 'receipts'>): number => codes.length + receipts.length;

export interface BuyerLimits {
  /** A buyer looks at the order for so long, and then comes back no more. */
  readonly patienceMs: number;
}

const LOOK_FIRST_MS = 100;
const LOOK_MAX_MS = 800;
const TRIES_MAX = 60;
const TRY_PAUSE_MS = 250;

/** Repeats the very same request while the shop is away. */
async function insisting<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ShopAway) || tries >= TRIES_MAX) throw error;
      await pause(TRY_PAUSE_MS);
    }
  }
}

/** Ended, or in the hands of a person. */
export const isSettled = ({ status, inReview }: SeenOrder): boolean =>
  inReview || status === 'COMPLETED' || status === 'FAILED' || status === 'EXPIRED';

/** Submits, pays, waits and reveals. Throws when the shop refuses the order. `clicks`: how often the button is pressed. */
export async function buy(shop: ShopClient, gateway: SandboxControl, wish: Wish, clicks: number, limits: BuyerLimits): Promise<Purchase> {
  const answers = await Promise.all(Array.from({ length: clicks }, () => submit(shop, wish)));
  const [first] = answers;
  if (first === undefined || answers.some(({ order }) => order.id !== first.order.id)) throw new Error('one key made two orders');
  const { order, accessToken } = first;
  const amountMinor = Number(order.amount.amountMinor);
  const seen = await untilSettled(shop, gateway, order, wish.kind, limits.patienceMs);
  const shown = seen?.status === 'COMPLETED' ? await reveal(shop, seen.id, accessToken, wish.idempotencyKey) : NOTHING;
  return { orderId: order.id, accessToken, quantity: wish.quantity, amountMinor, seen, ...shown };
}

/** The buyer comes back to see what became of it. */
export async function lookAgain(shop: ShopClient, purchase: Purchase): Promise<Purchase> {
  const { orderId, accessToken } = purchase;
  const seen = await insisting(() => shop.order(orderId));
  const isNew = seen?.status === 'COMPLETED' && unitsShown(purchase) === 0;
  return { ...purchase, seen, ...(isNew && (await reveal(shop, orderId, accessToken, orderId))) };
}

async function submit(shop: ShopClient, wish: Wish): Promise<{ readonly order: SeenOrder; readonly accessToken: string }> {
  for (let tries = 1; ; tries++) {
    const { order, accessToken, userErrors }: Submitted = await insisting(() => shop.submit(wish));
    if (order !== null && accessToken !== null) return { order, accessToken };
    const [error] = userErrors;
    if (error?.retryable !== true || tries >= TRIES_MAX) throw new OrderRefused(error?.code ?? 'UNKNOWN', error?.message ?? 'the order was refused');
    await pause(TRY_PAUSE_MS);
  }
}

export class OrderRefused extends Error {
  override readonly name = 'OrderRefused';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

async function untilSettled(
  shop: ShopClient,
  gateway: SandboxControl,
  submitted: SeenOrder,
  kind: Wish['kind'],
  patienceMs: number,
): Promise<SeenOrder | null> {
  const until = performance.now() + patienceMs;
  const paid = new Set<string>();
  let seen: SeenOrder | null = submitted;
  for (let lookMs = LOOK_FIRST_MS; seen !== null && !isSettled(seen) && performance.now() < until; lookMs = Math.min(lookMs * 1.5, LOOK_MAX_MS)) {
    const { payment, status } = seen;
    if (kind === 'REDIRECT' && status === 'AWAITING_PAYMENT' && payment?.payUrl != null && !paid.has(payment.reference)) {
      paid.add(payment.reference);
      await gateway.pay(payment.reference);
    }
    await pause(lookMs);
    seen = await insisting(() => shop.order(submitted.id));
  }
  return seen;
}

type Shown = Pick<Purchase, 'codes' | 'receipts'>;
const NOTHING: Shown = { codes: [], receipts: [] };

/** Nothing when the order is withheld meanwhile: the count says what that means. */
async function reveal(shop: ShopClient, orderId: string, token: string, key: string): Promise<Shown> {
  const { cards, receipts } = await insisting(() => shop.reveal(orderId, token, `${key}-reveal`));
  return { codes: (cards ?? []).map(({ code }) => code), receipts: receipts ?? [] };
}

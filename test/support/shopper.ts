import { randomUUID } from 'node:crypto';
import type { LiveShop } from './live-shop';

/** The fields that stories look at. */
export const ORDER_FIELDS = `id number status phase inReview frozen nextStep revision
  amount { amountMinor } paid { amountMinor } refunded { amountMinor }
  payment { gatewayId reference payUrl attempt } payments { gatewayId reference attempt }
  refusal { code message } cards { id state }`;

export interface SeenOrder {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly phase: string;
  readonly inReview: boolean;
  readonly frozen: boolean;
  readonly nextStep: string;
  readonly revision: number;
  readonly amount: { readonly amountMinor: string };
  readonly paid: { readonly amountMinor: string };
  readonly refunded: { readonly amountMinor: string };
  readonly payment: { readonly gatewayId: string; readonly reference: string; readonly payUrl: string | null; readonly attempt: number } | null;
  readonly payments: readonly { readonly gatewayId: string; readonly reference: string; readonly attempt: number }[];
  readonly refusal: { readonly code: string; readonly message: string } | null;
  readonly cards: readonly { readonly id: string; readonly state: string }[];
}

export interface UserError {
  readonly code: string;
  readonly message: string;
}

export interface Submitted {
  readonly order: SeenOrder | null;
  readonly accessToken: string | null;
  readonly replayed: boolean;
  readonly userErrors: readonly UserError[];
}

export interface SubmitInput {
  readonly skuId: string;
  readonly quantity?: number;
  readonly key?: string;
  readonly kind?: 'CHARGE' | 'REDIRECT';
  readonly buyer?: string;
  readonly contact?: { readonly email?: string; readonly phone?: string };
  readonly instrument?: string;
  readonly allowAnother?: boolean;
  readonly gatewayId?: string;
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
}

const PATIENCE_MS = 60_000;
/** Each look costs the server as much as a small order does. */
const LOOK_MS = 20;

/** Plays a buyer and the shop's own storefront over the public API. */
export class Shopper {
  constructor(private readonly shop: LiveShop) {}

  async submit(input: SubmitInput): Promise<Submitted> {
    const { skuId, quantity = 1, key = randomUUID(), kind = 'CHARGE', buyer = randomUUID(), allowAnother, gatewayId = 'main', fields } = input;
    const { contact, instrument } = input;
    const { data, errors } = await this.shop.graphql<{ submitOrder: Submitted }>(
      `mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { order { ${ORDER_FIELDS} } accessToken replayed userErrors { code message } } }`,
      {
        input: {
          idempotencyKey: key,
          skuId,
          quantity,
          buyer: { ref: buyer, ...(contact === undefined ? {} : { contact }) },
          payment: { gatewayId, kind, ...(instrument === undefined ? {} : { instrument }) },
          ...(allowAnother === undefined ? {} : { allowAnother }),
          ...(fields === undefined ? {} : { fields }),
        },
      },
    );
    if (errors !== undefined) throw new Error(`submitOrder: ${JSON.stringify(errors)}\n${this.shop.log}`);
    return data.submitOrder;
  }

  /** Submits and insists. */
  async order(input: SubmitInput): Promise<{ readonly id: string; readonly token: string; readonly order: SeenOrder }> {
    const { order, accessToken, userErrors } = await this.submit(input);
    if (order === null || accessToken === null) throw new Error(`not submitted: ${JSON.stringify(userErrors)}`);
    return { id: order.id, token: accessToken, order };
  }

  async see(id: string): Promise<SeenOrder> {
    const { data, errors } = await this.shop.support<{ order: SeenOrder | null }>(`query ($id: ID!) { order(id: $id) { ${ORDER_FIELDS} } }`, { id });
    if (errors !== undefined || data.order === null) throw new Error(`order ${id}: ${JSON.stringify(errors ?? 'not found')}`);
    return data.order;
  }

  /** Looks again and again until it is so; the last look stands in the error. */
  async until(id: string, isSo: (order: SeenOrder) => boolean, what: string): Promise<SeenOrder> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const order = await this.see(id);
      if (isSo(order)) return order;
      if (performance.now() > deadline)
        throw new Error(`order ${id} is never ${what}: ${JSON.stringify(order)}\n${JSON.stringify(await this.history(id))}\n${this.shop.log}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  untilStatus(id: string, status: string): Promise<SeenOrder> {
    return this.until(id, (order) => order.status === status, status);
  }

  /** Until its pay page is there: the reference to pay under. */
  async untilPayable(id: string): Promise<string> {
    const { payment } = await this.until(id, (order) => order.payment?.payUrl != null, 'payable');
    return payment?.reference ?? '';
  }

  async mutate(
    name: string,
    input: object,
    as: 'storefront' | 'support' | { readonly token: string } = 'storefront',
  ): Promise<{ readonly order: SeenOrder | null; readonly userErrors: readonly UserError[] }> {
    const document = `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { result: ${name}(input: $input) { order { ${ORDER_FIELDS} } userErrors { code message } } }`;
    const variables = { input: { idempotencyKey: randomUUID(), ...input } };
    const headers: Record<string, string> =
      as === 'support' ? { authorization: `Bearer ${this.shop.supportKey}` } : as === 'storefront' ? {} : { 'x-order-token': as.token };
    const { data, errors } = await this.shop.graphql<{ result: { order: SeenOrder | null; userErrors: UserError[] } }>(document, variables, headers);
    if (errors !== undefined) throw new Error(`${name}: ${JSON.stringify(errors)}`);
    return data.result;
  }

  async reveal(
    orderId: string,
    token: string,
  ): Promise<{ readonly codes: readonly string[]; readonly receipts: readonly string[]; readonly userErrors: readonly UserError[] }> {
    const { data, errors } = await this.shop.graphql<{ revealCards: { cards: { code: string }[]; receipts: string[]; userErrors: UserError[] } }>(
      'mutation ($input: RevealCardsInput!) { revealCards(input: $input) { cards { id code } receipts userErrors { code message } } }',
      { input: { idempotencyKey: randomUUID(), orderId } },
      { 'x-order-token': token },
    );
    if (errors !== undefined) throw new Error(`revealCards: ${JSON.stringify(errors)}`);
    const { cards, receipts, userErrors } = data.revealCards;
    return { codes: cards.map(({ code }) => code), receipts, userErrors };
  }

  /** The types of everything that happened to an order, in order. */
  async history(id: string): Promise<readonly string[]> {
    const { data } = await this.shop.support<{ order: { history: { nodes: { type: string }[] } } }>(
      'query ($id: ID!) { order(id: $id) { history(first: 100) { nodes { type } } } }',
      { id },
    );
    return data.order.history.nodes.map(({ type }) => type);
  }

  /** Waits until this has happened to the order, as long as the test may last; what had happened by then. */
  async untilIn(id: string, type: string): Promise<readonly string[]> {
    for (;;) {
      const history = await this.history(id);
      if (history.includes(type)) return history;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

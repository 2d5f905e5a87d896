import { Pool } from 'undici';
import type { TrialKeys } from './trial-keys';

export interface UserError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

export interface SeenOrder {
  readonly id: string;
  readonly number: string;
  readonly status: 'AWAITING_PAYMENT' | 'PROCESSING' | 'COMPLETED' | 'FAILED' | 'EXPIRED';
  readonly inReview: boolean;
  readonly revision: number;
  readonly amount: { readonly amountMinor: string };
  readonly payment: { readonly reference: string; readonly payUrl: string | null } | null;
  /** Why it came to nothing, as its buyer is told. */
  readonly refusal: { readonly code: string } | null;
}

export interface Wish {
  readonly idempotencyKey: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly buyerRef: string;
  readonly kind: 'CHARGE' | 'REDIRECT';
  /** What the buyer fills in, where the product asks for it. */
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
}

export interface Submitted {
  readonly order: SeenOrder | null;
  readonly accessToken: string | null;
  readonly userErrors: readonly UserError[];
}

export interface Revealed {
  readonly cards: readonly { readonly code: string }[] | null;
  /** What was done where there is no code. */
  readonly receipts: readonly string[] | null;
  readonly userErrors: readonly UserError[];
}

/** The shop did not answer as it should; the same request may be sent again. */
export class ShopAway extends Error {
  override readonly name = 'ShopAway';
}

const CONNECTIONS_MAX = 64;
const ANSWER_WITHIN_MS = 15_000;
const ORDER = 'id number status inReview revision amount { amountMinor } payment { reference payUrl } refusal { code }';
const ERRORS = 'userErrors { code message retryable }';

export const SUBMIT_ORDER = `mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { order { ${ORDER} } accessToken ${ERRORS} } }`;
const REVEAL_CARDS = `mutation ($input: RevealCardsInput!) { revealCards(input: $input) { cards { code } receipts ${ERRORS} } }`;
const READ_ORDER = `query ($id: ID!) { order(id: $id) { ${ORDER} } }`;

/** A storefront and its buyers, over the public API and nothing else. */
export class ShopClient {
  private readonly pool: Pool;

  constructor(
    url: string,
    private readonly keys: TrialKeys,
  ) {
    this.pool = new Pool(url, { connections: CONNECTIONS_MAX, headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS });
  }

  async submit({ idempotencyKey, skuId, quantity, buyerRef, kind, fields = [] }: Wish): Promise<Submitted> {
    const input = { idempotencyKey, skuId, quantity, buyer: { ref: buyerRef }, payment: { gatewayId: 'main', kind }, fields };
    return (await this.graphql<{ readonly submitOrder: Submitted }>(SUBMIT_ORDER, { input })).submitOrder;
  }

  /** Null: the shop knows no such order. */
  async order(id: string): Promise<SeenOrder | null> {
    return (await this.graphql<{ readonly order: SeenOrder | null }>(READ_ORDER, { id })).order;
  }

  /** As the buyer, who holds nothing but the order's token. */
  async reveal(orderId: string, token: string, idempotencyKey: string): Promise<Revealed> {
    const headers = { 'x-order-token': token };
    return (await this.graphql<{ readonly revealCards: Revealed }>(REVEAL_CARDS, { input: { idempotencyKey, orderId } }, headers)).revealCards;
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private async graphql<Data>(
    query: string,
    variables: object,
    headers: Readonly<Record<string, string>> = { authorization: `Bearer ${this.keys.STOREFRONT_KEY}` },
  ): Promise<Data> {
    const { data, errors } = await this.answerTo<Data>(JSON.stringify({ query, variables }), { 'content-type': 'application/json', ...headers });
    const [error] = errors ?? [];
    if (error === undefined && data !== undefined) return data;
    const code = error?.extensions?.code;
    if (code === undefined || code === 'SERVICE_UNAVAILABLE' || code === 'RATE_LIMITED')
      throw new ShopAway(`${code ?? 'no answer'}: ${error?.message ?? ''}`);
    throw new Error(`the shop does not understand its own demo: ${code}: ${error?.message ?? ''}`);
  }

  private async answerTo<Data>(body: string, headers: Readonly<Record<string, string>>): Promise<GraphqlAnswer<Data>> {
    try {
      const response = await this.pool.request({ method: 'POST', path: '/graphql', headers, body });
      return (await response.body.json()) as GraphqlAnswer<Data>;
    } catch (error) {
      throw new ShopAway('no answer', { cause: error });
    }
  }
}

interface GraphqlAnswer<Data> {
  readonly data?: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

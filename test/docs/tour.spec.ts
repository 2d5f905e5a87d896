import { LiveShop } from '../support/live-shop';
import { operationsOf, readPage } from './markdown';

interface Answer {
  readonly submitOrder: { readonly order: { readonly id: string } | null; readonly accessToken: string; readonly replayed: boolean; readonly userErrors: readonly { readonly code: string }[] };
  readonly revealCards: { readonly cards: readonly { readonly code: string }[] };
  readonly order: {
    readonly status: string;
    readonly nextStep: string;
    readonly payment: { readonly payUrl: string | null } | null;
    readonly history: { readonly nodes: readonly { readonly type: string }[] };
  };
}

/** The operations of the page by name. */
const operations = new Map(operationsOf(readPage('docs/tour.md')).map((operation) => [/^\w+ (\w+)/.exec(operation.text)?.[1] ?? '', operation]));

describe('the five-minute tour', () => {
  let shop: LiveShop;
  beforeAll(async () => {
    shop = await LiveShop.start({ skus: { 'steam-50': {} } });
  }, 300_000);
  afterAll(() => shop.close());

  test('does what the page says, in its order', async () => {
    const codes = await shop.stock('steam-50', 3);
    const known = { ORDER_ID: '', ACCESS_TOKEN: '' };
    const run = async (name: string, change = (variables: string): string => variables): Promise<Answer> => {
      const { text, variables } = operations.get(name) ?? { text: '', variables: null };
      const filled = Object.entries(known).reduce((filling, [word, value]) => filling.replaceAll(word, value), change(JSON.stringify(variables)));
      const { data, errors } = await shop.graphql<Answer>(text, JSON.parse(filled) as object);
      expect({ name, errors }).toEqual({ name, errors: undefined });
      return data;
    };
    const lookUntil = async (nextStep: string): Promise<Answer['order']> => {
      for (let looks = 0; looks < 1_000; looks++) {
        const { order } = await run('LookAtOrder');
        if (order.nextStep === nextStep) return order;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`the order never came to ${nextStep}`);
    };

    const { submitOrder: first } = await run('PlaceOrder');
    known.ORDER_ID = first.order?.id ?? '';
    known.ACCESS_TOKEN = first.accessToken;
    expect(first).toMatchObject({ replayed: false, userErrors: [], order: { status: 'AWAITING_PAYMENT', amount: { amountMinor: '4800' } } });

    const { payment } = await lookUntil('PAY');
    const reference = new URL(payment?.payUrl ?? '').pathname.split('/').at(-1) ?? '';
    expect(await shop.sandbox.pay(reference)).toBe(200);
    expect(await lookUntil('VIEW_CARDS')).toMatchObject({ status: 'COMPLETED', paid: { amountMinor: '4800' } });

    expect(codes).toContain((await run('ShowCodes')).revealCards.cards[0]?.code);
    expect((await run('PlaceOrder')).submitOrder).toMatchObject({ replayed: true, order: { id: known.ORDER_ID } });
    const reused = await run('PlaceOrder', (variables) => variables.replace('"quantity":1', '"quantity":2'));
    expect(reused.submitOrder).toMatchObject({ order: null, userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] });

    const types = (await run('ReadHistory')).order.history.nodes.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['OrderSubmitted', 'PaymentConfirmed', 'CardsSecured', 'OrderDelivered', 'CardsRevealed']));
    expect([...operations.keys()]).toEqual(['PlaceOrder', 'LookAtOrder', 'ShowCodes', 'ReadHistory']);
  });
});

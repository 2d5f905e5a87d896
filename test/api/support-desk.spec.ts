import { type Answer, ApiShop, key } from './support/api-shop';

type UserErrors = readonly { readonly code: string; readonly message: string }[];
interface Seen {
  readonly id: string;
  readonly assignee: string | null;
  readonly tags: readonly string[];
}
type Changed = Record<string, { readonly order: Seen | null; readonly replayed: boolean; readonly userErrors: UserErrors }>;

describe('the desk', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start();
    await shop.stock('game', 10);
  });
  afterAll(() => shop.close());

  const change = async (name: string, orderId: string, more: object = {}, headers = shop.as('SUPPORT')) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const document = `mutation($input: ${type}!) { ${name}(input: $input) { order { id assignee tags } replayed userErrors { code message } } }`;
    const answer: Answer<Changed> = await shop.ask(document, { input: { idempotencyKey: key(), orderId, reason: 'test', ...more } }, headers);
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.data[name] as Changed[string];
  };
  const listed = async (query: string, variables: object = {}, headers = shop.as('SUPPORT')): Promise<readonly string[]> => {
    const { data, errors } = await shop.ask<{ list: { nodes: { id: string }[] } }>(query, variables, headers);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data.list.nodes.map(({ id }) => id);
  };

  it('shows whose an order is, and whoever takes it takes it from nobody', async () => {
    const { id } = await shop.order();
    const idempotencyKey = key();
    expect(await change('assignOrder', id, { idempotencyKey })).toMatchObject({ order: { assignee: 'support' }, replayed: false, userErrors: [] });
    expect(await change('assignOrder', id, { idempotencyKey })).toMatchObject({ order: { assignee: 'support' }, replayed: true });
    const [refused] = (await change('assignOrder', id, {}, shop.as('OPS'))).userErrors;
    expect(refused).toMatchObject({ code: 'ASSIGNED_TO_ANOTHER', message: expect.stringContaining('support') as string });
    expect(await change('assignOrder', id, { assignee: 'ops' })).toMatchObject({ order: { assignee: 'ops' } });
    expect((await change('assignOrder', id, { assignee: 'nobody-here' })).userErrors).toMatchObject([{ code: 'ASSIGNEE_NOT_FOUND' }]);
    expect((await change('assignOrder', id, { assignee: 'storefront' })).userErrors).toMatchObject([{ code: 'ASSIGNEE_NOT_FOUND' }]);

    const mine = 'query($id: ID!) { list: orders(filter: { assignedTo: $id }, first: 10) { nodes { id } } }';
    await shop.until(async () => (await listed(mine, { id: 'ops' })).includes(id), 'it is listed as theirs');
    expect(await listed(mine, { id: 'support' })).not.toContain(id);
    await change('unassignOrder', id);
    const free = 'query { list: orders(filter: { assigned: false }, first: 100) { nodes { id } } }';
    await shop.until(async () => (await listed(free)).includes(id), 'it is listed as nobody’s');
  });

  it('finds orders by tag, last tagged first, page by page', async () => {
    const [first, second] = [await shop.order(), await shop.order()];
    expect(await change('tagOrder', first.id, { tag: ' Slow-补发 ' })).toMatchObject({ order: { tags: ['slow-补发'] } });
    await change('tagOrder', second.id, { tag: 'slow-补发' });
    const tagged = 'query($first: Int!) { list: taggedOrders(tag: "SLOW-补发", first: $first) { nodes { id } } }';
    await shop.until(async () => (await listed(tagged, { first: 10 })).length === 2, 'both are listed');
    expect(await listed(tagged, { first: 10 })).toEqual([second.id, first.id]);
    expect(await listed(tagged, { first: 1 })).toEqual([second.id]);
    const narrowed = 'query { list: taggedOrders(tag: "slow-补发", filter: { skuIds: ["other"] }, first: 10) { nodes { id } } }';
    expect(await listed(narrowed)).toEqual([]);
    await change('untagOrder', second.id, { tag: 'slow-补发' });
    await shop.until(async () => (await listed(tagged, { first: 10 })).length === 1, 'one is listed no more');
  });

  it('keeps all of it from buyers and storefronts', async () => {
    const { id, token } = await shop.order();
    await change('assignOrder', id);
    await change('tagOrder', id, { tag: 'watched' });
    const query = 'query($id: ID!) { order(id: $id) { assignee tags history(first: 50) { nodes { type summary data } } } }';
    for (const headers of [shop.as('STOREFRONT'), { 'x-order-token': token }]) {
      const { data } = await shop.ask<{ order: Seen }>(query, { id }, headers);
      expect(data.order).toMatchObject({ assignee: null, tags: [] });
      expect(JSON.stringify(data)).not.toContain('watched');
    }
    const { errors } = await shop.ask('query { orders(filter: { assigned: true }, first: 1) { totalCount } }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('counts what buyers complain of, and knows what they were like so far', async () => {
    const buyer = { ref: key(), contact: { email: `${key().slice(0, 10)}@example.com` } };
    const [first, second] = [await shop.order({ buyer }), await shop.order({ buyer: { ...buyer, ref: key() }, allowAnother: true })];
    await shop.untilStatus(first.id, 'COMPLETED');
    await shop.untilStatus(second.id, 'COMPLETED');
    const complaint = { about: 'DELIVERY', text: 'it came after an hour' };
    const token = { 'x-order-token': first.token };
    expect((await change('openComplaint', first.id, complaint, token)).userErrors).toEqual([]);
    expect((await change('openComplaint', first.id, complaint, token)).userErrors).toMatchObject([{ code: 'COMPLAINT_OPEN' }]);
    expect((await change('openComplaint', second.id, complaint, token)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const complaints = 'query($id: ID!) { order(id: $id) { complaints { id about outcome } } }';
    const { data } = await shop.ask<{ order: object }>(complaints, { id: first.id }, token);
    expect(data.order).toEqual({ complaints: [{ id: 'complaint:1', about: 'DELIVERY', outcome: null }] });

    interface History {
      readonly buyerHistory: Record<string, unknown> | null;
    }
    const query =
      'query($by: BuyerInQuestion!) { buyerHistory(by: $by) { orders byStatus { what count } paid { amountMinor currency } refunded { amountMinor } complaints openComplaints upheldComplaints blocked truncated } }';
    const historyOf = async (by: object) => (await shop.ask<History>(query, { by }, shop.as('SUPPORT'))).data.buyerHistory;
    await shop.until(async () => (await historyOf({ orderId: first.id }))?.['openComplaints'] === 1, 'the complaint is counted');
    const expected = {
      orders: 2,
      byStatus: [{ what: 'COMPLETED', count: 2 }],
      paid: [{ amountMinor: '9600', currency: 'CNY' }],
      refunded: [{ amountMinor: '0' }],
      complaints: 1,
      openComplaints: 1,
      upheldComplaints: 0,
      blocked: false,
      truncated: false,
    };
    expect(await historyOf({ orderId: first.id })).toEqual(expected);
    expect(await historyOf({ contact: buyer.contact.email.toUpperCase() })).toEqual(expected);
    expect(await historyOf({ buyerRef: buyer.ref })).toMatchObject({ orders: 1 });
    expect(await historyOf({ orderId: 'no-such' })).toBeNull();
    const { errors } = await shop.ask(query, { by: { orderId: first.id, buyerRef: buyer.ref } }, shop.as('SUPPORT'));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });

    await change('resolveComplaint', first.id, { complaintId: 'complaint:1', outcome: 'UPHELD' });
    await shop.until(async () => (await historyOf({ orderId: first.id }))?.['upheldComplaints'] === 1, 'the answer is counted');
    const unhappy = 'query { list: orders(filter: { complained: true }, first: 50) { nodes { id } } }';
    expect(await listed(unhappy)).toContain(first.id);
    expect(await listed(unhappy)).not.toContain(second.id);
  });

  it('shows whose a review is, and when it is due', async () => {
    const { id } = await shop.order();
    await shop.untilStatus(id, 'COMPLETED');
    const { data } = await shop.ask<{ order: { cards: { id: string }[] } }>('query($id: ID!) { order(id: $id) { cards { id } } }', { id });
    await change('reportCard', id, { cardId: data.order.cards[0]?.id, problem: 'void' });
    await change('assignOrder', id);
    const queue = 'query { reviews(first: 50) { nodes { order { id assignee } review { kind dueAt overdue } } } }';
    interface Queue {
      readonly reviews: {
        readonly nodes: readonly { readonly order: Seen; readonly review: { readonly kind: string; readonly overdue: boolean } }[];
      };
    }
    const line = async () => (await shop.ask<Queue>(queue, {}, shop.as('SUPPORT'))).data.reviews.nodes.find(({ order }) => order.id === id);
    await shop.until(async () => (await line())?.order.assignee === 'support', 'the queue says whose it is');
    expect(await line()).toMatchObject({ review: { kind: 'card', overdue: false } });
  });
});

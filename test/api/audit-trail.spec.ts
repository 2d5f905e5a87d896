import { ApiShop, key } from './support/api-shop';

const TRAIL = `query ($first: Int!, $after: String, $filter: AuditFilter) { auditTrail(first: $first, after: $after, filter: $filter) {
  nodes { id at since actorKind actorId action subject outcome code count reason correlationId requestId cardIds firstView }
  pageInfo { hasNextPage endCursor } totalCount } }`;
const PAUSE = 'mutation($input: PauseSkuInput!) { pauseSku(input: $input) { changed userErrors { code } } }';
const NOTE = 'mutation($input: AddNoteInput!) { addNote(input: $input) { userErrors { code } } }';
const REVEAL = 'mutation($input: RevealCardsInput!) { revealCards(input: $input) { userErrors { code } cards { id code } } }';

interface Entry {
  readonly id: string;
  readonly actorKind: string | null;
  readonly actorId: string | null;
  readonly action: string;
  readonly subject: string | null;
  readonly outcome: string;
  readonly code: string | null;
  readonly count: number;
  readonly requestId: string;
  readonly cardIds: readonly string[];
}
interface Trail {
  readonly auditTrail: {
    readonly nodes: readonly Entry[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    readonly totalCount: number;
  };
}

describe('the audit trail', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start();
    await shop.sku('owed', { oversell: true });
    await shop.until(() => shop.parts.settings.sku('owed') !== undefined, 'the settings are read');
  });
  afterAll(() => shop.close());

  const trail = async (filter: object, variables: object = {}): Promise<Trail['auditTrail']> => {
    const { data, errors } = await shop.ask<Trail>(TRAIL, { first: 100, filter, ...variables }, shop.as('FINANCE'));
    expect(errors).toBeUndefined();
    return data.auditTrail;
  };
  const untilSeen = async (filter: object, isThere: (entry: Entry) => boolean): Promise<Entry> => {
    let found: Entry | undefined;
    await shop.until(async () => (found = (await trail(filter)).nodes.find(isThere)) !== undefined, `an entry for ${JSON.stringify(filter)}`);
    if (found === undefined) throw new Error('unreachable');
    return found;
  };

  it('tells who did what, when and why', async () => {
    await shop.ask(PAUSE, { input: { idempotencyKey: key(), reason: 'recall', skuId: 'game' } }, { ...shop.as('OPS'), 'x-request-id': 'pause-1' });
    const entry = await untilSeen({ actorId: 'ops', action: 'SkuPaused' }, () => true);
    expect(entry).toMatchObject({
      actorKind: 'OPS',
      subject: 'sku-game',
      outcome: 'DONE',
      code: null,
      count: 1,
      reason: 'recall',
      requestId: 'pause-1',
    });
    expect((await trail({ subject: 'sku-game', from: '2999-01-01T00:00:00Z' })).nodes).toEqual([]);
    await shop.ask(
      'mutation($input: ResumeSkuInput!) { resumeSku(input: $input) { changed } }',
      { input: { idempotencyKey: key(), reason: 'over', skuId: 'game' } },
      shop.as('OPS'),
    );
  });

  it('tells who looked at which code, and that it was the first look', async () => {
    await shop.stock('game', 1);
    const { id, token } = await shop.order();
    await shop.untilStatus(id, 'COMPLETED');
    const { data } = await shop.ask<{ revealCards: { userErrors: unknown[]; cards: { id: string }[] } }>(
      REVEAL,
      { input: { idempotencyKey: key(), orderId: id } },
      { 'x-order-token': token },
    );
    expect(data.revealCards.userErrors).toEqual([]);
    const look = await untilSeen({ subject: `order-${id}`, action: 'CardsRevealed' }, () => true);
    expect(look).toMatchObject({ actorKind: 'BUYER', actorId: id, firstView: true, cardIds: data.revealCards.cards.map((card) => card.id) });
  });

  it('has no import card by card, and no submit', async () => {
    await untilSeen({ action: 'BatchOpened' }, ({ actorId }) => actorId === 'ops');
    const all = (await trail({})).nodes;
    expect(all.filter(({ action }) => ['CardStocked', 'BatchProgressed', 'OrderSubmitted'].includes(action))).toEqual([]);
  });

  it('has every kind of refusal once, with how often it came and the request that was the first', async () => {
    const many = 40;
    const forbidden = (id: string) =>
      shop.ask(PAUSE, { input: { idempotencyKey: key(), reason: 'x', skuId: 'game' } }, { ...shop.as('SUPPORT'), 'x-request-id': id });
    await forbidden('first-one');
    await untilSeen({ outcome: 'REFUSED', action: 'pauseSku' }, ({ requestId }) => requestId === 'first-one');
    await Promise.all(Array.from({ length: many }, (_, n) => forbidden(`again-${n}`)));

    const unknown = `${key().slice(0, 8)}-nobody`;
    expect((await shop.ask('query { skus { nodes { id } } }', {}, { authorization: `Bearer ${unknown}` })).status).toBe(401);
    await shop.ask(NOTE, { input: { idempotencyKey: key(), reason: 'x', orderId: `secret ${unknown}`, text: 'n' } }, shop.as('SUPPORT'));
    const { id } = await shop.order({ skuId: 'owed' });
    await shop.ask('query($id: ID!) { order(id: $id) { id } }', { id }, { 'x-order-token': 'guessed' });
    await shop.ask('query($id: ID!) { order(id: $id) { id channelId } }', { id });

    expect(await untilSeen({ action: 'pauseSku', actorId: 'support' }, () => true)).toMatchObject({ code: 'FORBIDDEN', actorKind: 'SUPPORT' });
    expect(await untilSeen({ action: 'authenticate' }, ({ code }) => code === 'UNAUTHENTICATED')).toMatchObject({ actorKind: null, subject: null });
    expect(await untilSeen({ action: 'addNote' }, () => true)).toMatchObject({ code: 'NOT_FOUND', actorId: 'support', subject: null });
    expect(await untilSeen({ action: 'order', subject: `order-${id}` }, () => true)).toMatchObject({ code: 'NOT_FOUND', actorKind: null });
    expect(await untilSeen({ action: 'Order.channelId' }, () => true)).toMatchObject({ code: 'FORBIDDEN', actorId: 'storefront' });
    expect(JSON.stringify((await trail({})).nodes)).not.toContain(unknown);

    // One fact for the first, and one for all that came again, as soon as the window ends.
    const pauses = shop.parts.refusals.take(Number.MAX_SAFE_INTEGER).filter(({ operation }) => operation === 'pauseSku');
    expect(pauses).toMatchObject([{ count: many, code: 'FORBIDDEN' }]);
    const { nodes } = await trail({ outcome: 'REFUSED', action: 'pauseSku' });
    expect(nodes).toHaveLength(1);
  });

  it('is read page by page, and by nobody who may not', async () => {
    const everything = (await trail({})).nodes.map(({ id }) => id);
    const first = await trail({}, { first: 3 });
    const second = await trail({}, { first: 3, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual(everything.slice(0, 6));
    const elsewhere = await shop.ask<Trail>(TRAIL, { first: 3, after: first.pageInfo.endCursor, filter: { outcome: 'REFUSED' } }, shop.as('FINANCE'));
    expect(elsewhere.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    for (const role of ['STOREFRONT', 'SUPPORT', 'OPS'] as const)
      expect((await shop.ask(TRAIL, { first: 1 }, shop.as(role))).errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  it('is counted in the metrics', async () => {
    const page = await (await fetch(`${shop.url}/metrics`)).text();
    expect(page).toMatch(/cardrail_requests_refused_total\{code="forbidden",process="main"\} [1-9]/);
  });
});

import { randomUUID } from 'node:crypto';
import { LiveShop } from '../support/live-shop';
import { Shopper, type SeenOrder } from '../support/shopper';

interface Action {
  readonly action: string;
  readonly allowed: boolean;
  readonly code: string | null;
  readonly reason: string | null;
  readonly targets: readonly string[];
}

interface Review {
  readonly order: { readonly id: string };
  readonly review: { readonly subject: string; readonly cause: string; readonly overdue: boolean; readonly choices: readonly string[] };
}

/** The desk over real HTTP: what goes wrong with money and codes is seen, searched for and put right by people. */
describe('the desk', () => {
  let shop: LiveShop;
  let shopper: Shopper;
  const cliAccess = (): Record<string, string> => ({ CARDRAIL_URL: shop.url, CARDRAIL_API_KEY: shop.supportKey });

  beforeAll(async () => {
    shop = await LiveShop.start({
      skus: { plenty: {}, scarce: { deliverWithinSeconds: 1, oversell: true }, crate: {} },
      moreGateways: { mute: [] },
      environment: { CARDRAIL_REVIEW_WITHIN_MINUTES: 'refund=0' },
    });
    shopper = new Shopper(shop);
    await shop.stock('plenty', 40);
  }, 300_000);

  afterAll(() => shop.close());
  beforeEach(() => shop.sandbox.faults([]));

  async function ask<T>(query: string, variables: object = {}): Promise<T> {
    const { data, errors } = await shop.support<T>(query, variables);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  }
  const actionsOf = async (id: string): Promise<ReadonlyMap<string, Action>> => {
    const { order } = await ask<{ order: { availableActions: Action[] } }>(
      'query ($id: ID!) { order(id: $id) { availableActions { action allowed code reason targets } } }',
      { id },
    );
    return new Map(order.availableActions.map((action) => [action.action, action]));
  };
  const found = async (text: string): Promise<readonly string[]> =>
    (
      await ask<{ searchOrders: { nodes: { id: string }[] } }>('query ($text: String!) { searchOrders(text: $text, first: 10) { nodes { id } } }', {
        text,
      })
    ).searchOrders.nodes.map(({ id }) => id);
  const reviews = async (): Promise<readonly Review[]> =>
    (await ask<{ reviews: { nodes: Review[] } }>('{ reviews(first: 100) { nodes { order { id } review { subject cause overdue choices } } } }'))
      .reviews.nodes;
  const reviewOf = (id: string): Promise<Review> => eventually(async () => (await reviews()).find(({ order }) => order.id === id), 'in the queue');
  /** Read models follow within moments. */
  async function eventually<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
    for (let looks = 0; looks < 500; looks++) {
      const seen = await look();
      if (seen !== undefined) return seen;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`never ${what}`);
  }
  const delivered = async (quantity = 1): Promise<{ id: string; token: string; order: SeenOrder; codes: readonly string[] }> => {
    const { id, token } = await shopper.order({ skuId: 'plenty', quantity });
    const order = await shopper.untilStatus(id, 'COMPLETED');
    return { id, token, order, codes: (await shopper.reveal(id, token)).codes };
  };

  test('a bad code is reported by its buyer, replaced by support, and the old one is never shown or sold again', async () => {
    const { id, token, order, codes } = await delivered(2);
    const [bad, good] = order.cards.map((card) => card.id);
    const early = await shopper.mutate('reissueCard', { orderId: id, cardId: bad, reason: 'the buyer called' }, 'support');
    expect(early.userErrors.map(({ code }) => code)).toEqual(['CARD_NOT_REPORTED']);
    await shopper.mutate('reportCard', { orderId: id, cardId: bad, problem: 'already redeemed' }, { token });
    await expect(shopper.mutate('reissueCard', { orderId: id, cardId: bad, reason: 'mine' }, { token })).rejects.toThrow(/FORBIDDEN/);
    const { review } = await reviewOf(id);
    expect(review).toMatchObject({ subject: `card:${bad}`, cause: 'CARD_REPORTED', choices: ['REISSUE', 'REFUND', 'DISMISS'] });
    const idempotencyKey = randomUUID();
    const input = { idempotencyKey, orderId: id, cardId: bad, reason: 'checked with the supplier' };
    await shopper.mutate('reissueCard', input, 'support');
    await shopper.mutate('reissueCard', input, 'support');
    const after = await shopper.until(id, ({ status, cards }) => status === 'COMPLETED' && cards.length === 3, 'replaced');
    expect(after.cards.map(({ state }) => state).sort()).toEqual(['DELIVERED', 'REPLACED', 'REVEALED']);
    expect(after.cards.find(({ state }) => state === 'REPLACED')?.id).toBe(bad);
    const seen = (await shopper.reveal(id, token)).codes;
    expect(seen).toHaveLength(2);
    expect(seen.filter((code) => codes.includes(code))).toHaveLength(1);
    const history = await shopper.history(id);
    expect(history.filter((type) => type === 'ReissueOrdered')).toHaveLength(1);
    expect(history).toContain('Compensated');
    const { order: told } = await ask<{ order: { cards: { id: string; replaces: string | null }[]; history: { nodes: TimelineNode[] } } }>(
      `query ($id: ID!) { order(id: $id) { cards { id replaces } history(first: 100, after: null, locale: "en") { nodes { type summary cause { words } } } } }`,
      { id },
    );
    expect(told.cards.filter(({ replaces }) => replaces !== null).map(({ replaces }) => replaces)).toEqual([bad]);
    expect(told.history.nodes.find(({ type }) => type === 'ReissueOrdered')?.cause.words).toBe('support (support): checked with the supplier');
    expect(told.history.nodes.find(({ type }) => type === 'CardReported')?.cause.words).toBe('the buyer');
    const gone = codes.find((code) => !seen.includes(code)) ?? '';
    expect(await eventually(async () => ((await found(gone)).length > 0 ? found(gone) : undefined), 'found by its old code')).toEqual([id]);
    expect(good).not.toBe(bad);
  });

  test('a reported code that cannot be replaced in time waits for a person, who gives its price back', async () => {
    const [code] = await shop.stock('scarce', 1);
    const { id, token } = await shopper.order({ skuId: 'scarce' });
    const { cards } = await shopper.untilStatus(id, 'COMPLETED');
    expect((await shopper.reveal(id, token)).codes).toEqual([code]);
    const [card] = cards;
    await shopper.mutate('reportCard', { orderId: id, cardId: card?.id, problem: 'void' }, { token });
    await shopper.mutate('reissueCard', { orderId: id, cardId: card?.id, reason: 'void at the supplier' }, 'support');
    await shopper.until(id, ({ status, inReview }) => status === 'PROCESSING' && inReview, 'in review');
    const { review } = await reviewOf(id);
    expect(review).toMatchObject({ subject: 'deadline', cause: 'NOT_REPLACED_IN_TIME' });
    const dismissed = await shopper.mutate('resolveReview', { orderId: id, subject: 'deadline', reason: 'enough' }, 'support');
    expect(dismissed.userErrors.map((error) => error.code)).toEqual(['REVIEW_NEEDS_ANSWER']);
    await shopper.mutate('resolveReview', { orderId: id, subject: 'deadline', choice: 'REFUND', reason: 'no more of them' }, 'support');
    const after = await shopper.until(id, ({ phase }) => phase === 'REFUNDED', 'refunded');
    expect([after.refunded.amountMinor, after.inReview]).toEqual(['4800', false]);
  });

  test('a partial refund names the card it takes back; the other stays the buyer’s', async () => {
    const { id, token, order, codes } = await delivered(2);
    const [taken] = order.cards;
    const tooMuch = await shopper.mutate('refundOrder', { orderId: id, amountMinor: 99_999, reason: 'x' }, 'support');
    expect(tooMuch.userErrors.map(({ code }) => code)).toEqual(['AMOUNT_TOO_LARGE']);
    await shopper.mutate('refundOrder', { orderId: id, amountMinor: 4_800, cardIds: [taken?.id], reason: 'one was a duplicate' }, 'support');
    const after = await shopper.until(id, ({ refunded }) => refunded.amountMinor === '4800', 'refunded in part');
    expect(after.status).toBe('COMPLETED');
    const left = (await shopper.reveal(id, token)).codes;
    expect(left).toHaveLength(1);
    expect(codes).toContain(left[0]);
  });

  test('a quarantined notice is matched by a person, asked back, and only then credited; a wrong match changes nothing', async () => {
    await shop.sandbox.faults([{ fault: 'foreign-notice' }]);
    const [paid, other] = await Promise.all([1, 2].map(() => shopper.order({ skuId: 'plenty', kind: 'REDIRECT' })));
    if (paid === undefined || other === undefined) throw new Error('not submitted');
    const [reference, wrong] = await Promise.all([shopper.untilPayable(paid.id), shopper.untilPayable(other.id)]);
    // After its last early question a payment is left alone until the time to pay is over.
    const questions = async (id: string): Promise<readonly string[]> => {
      const { order } = await ask<{ order: { history: { nodes: { type: string; data: { nextCheckAt?: string } }[] } } }>(
        'query ($id: ID!) { order(id: $id) { history(first: 100) { nodes { type data } } } }',
        { id },
      );
      return order.history.nodes
        .filter(({ type }) => type === 'PaymentOpened' || type === 'PaymentChecked')
        .map(({ data }) => data.nextCheckAt ?? '');
    };
    const isLeftAlone = async (id: string) => (Date.parse((await questions(id)).at(-1) ?? '') > Date.now() + 20_000 ? true : undefined);
    for (const id of [paid.id, other.id]) await eventually(() => isLeftAlone(id), 'left alone');
    const asked = (await questions(other.id)).length;
    await shop.sandbox.pay(reference);
    const notice = await eventually(
      async () => (await notices()).find((one) => one.reference === reference && one.matched === null),
      'in quarantine',
    );
    expect((await shopper.see(paid.id)).status).toBe('AWAITING_PAYMENT');
    const match = (orderId: string, to: string) =>
      shopper.mutate('matchNotice', { orderId, noticeId: notice.id, reference: to, reason: 'the buyer sent a receipt' }, 'support');
    expect((await match(other.id, wrong)).userErrors).toEqual([]);
    await eventually(async () => ((await questions(other.id)).length > asked ? true : undefined), 'asked');
    expect((await shopper.see(other.id)).status).toBe('AWAITING_PAYMENT');
    expect((await match(paid.id, reference)).userErrors).toEqual([]);
    await shopper.untilStatus(paid.id, 'COMPLETED');
    expect(
      await eventually(async () => (await notices()).find((one) => one.id === notice.id && one.matched?.orderId === paid.id), 'matched'),
    ).toBeDefined();
    const unknown = await shopper.mutate('matchNotice', { orderId: paid.id, noticeId: randomUUID(), reference, reason: 'x' }, 'support');
    expect(unknown.userErrors.map(({ code }) => code)).toEqual(['NOTICE_NOT_FOUND']);
  });
  const notices = async () =>
    (
      await ask<{ notices: { nodes: { id: string; reference: string | null; matched: { orderId: string } | null }[] } }>(
        '{ notices(first: 100) { nodes { id reference matched { orderId } } } }',
      )
    ).notices.nodes;

  test('a refund in doubt at a gateway that nobody can ask is seen as exposure, is overdue, and ends by a person’s word with evidence', async () => {
    const { id } = await shopper.order({ skuId: 'plenty', gatewayId: 'mute' });
    await shopper.untilStatus(id, 'COMPLETED');
    await shop.sandbox.faults([{ method: 'POST', path: '/payments/:reference/refunds', fault: 'commit-then-hang' }]);
    await shopper.mutate('refundOrder', { orderId: id, reason: 'goodwill' }, 'support');
    await shopper.until(id, ({ phase, inReview }) => phase === 'REFUND_IN_DOUBT' && inReview, 'in doubt');
    const { review } = await reviewOf(id);
    expect(review).toMatchObject({ cause: 'CANNOT_BE_ASKED', overdue: true, choices: ['CONFIRM_REFUNDED', 'NOT_REFUNDED'] });
    const refundReference = review.subject.slice('refund:'.length);
    const { inDoubtExposure, compensationQueue } = await ask<{
      inDoubtExposure: { truncated: boolean; exposures: { kind: string; partyId: string; count: number; amount: { amountMinor: string } }[] };
      compensationQueue: { nodes: { order: { id: string }; owed: { why: string; refundReference: string }[] }[] };
    }>(`{ inDoubtExposure { truncated exposures { kind partyId count amount { amountMinor } } }
      compensationQueue(first: 100) { nodes { order { id } owed { why refundReference } } } }`);
    expect(inDoubtExposure.exposures).toContainEqual({ kind: 'refund', partyId: 'mute', count: 1, amount: { amountMinor: '4800' } });
    expect(compensationQueue.nodes.find(({ order }) => order.id === id)?.owed).toEqual([{ why: 'IN_DOUBT', refundReference }]);
    const [listed] = JSON.parse((await shop.cli(['reviews', 'list', '--overdue', '--json'], cliAccess())).stdout) as Review[];
    expect(listed?.order.id).toBe(id);
    const noEvidence = await shopper.mutate(
      'resolveReview',
      { orderId: id, subject: review.subject, choice: 'CONFIRM_REFUNDED', reason: 'x' },
      'support',
    );
    expect(noEvidence.userErrors.map(({ code }) => code)).toEqual(['EVIDENCE_REQUIRED']);
    const resolve = ['reviews', 'resolve', id, review.subject, '--choice', 'CONFIRM_REFUNDED', '--evidence', 'bank statement of today'];
    expect((await shop.cli(resolve, cliAccess())).code).toBe(2);
    const resolved = await shop.cli([...resolve, '--yes', '--reason', 'asked the bank'], cliAccess());
    expect(resolved).toMatchObject({ code: 0 });
    expect(await shopper.see(id)).toMatchObject({ phase: 'REFUNDED', inReview: false, refunded: { amountMinor: '4800' } });
    const again = await shopper.mutate('confirmRefund', { orderId: id, refundReference, outcome: 'REFUNDED', evidence: 'y' }, 'support');
    expect(again.userErrors.map(({ code }) => code)).toEqual(['REFUND_NOT_IN_DOUBT']);
  });

  test('one box finds an order by whatever a person has in hand', async () => {
    const [email, checkoutId, buyer] = [`Li.Na-${randomUUID()}@Example.com`, randomUUID(), `buyer-${randomUUID()}`];
    const phone = `138${String(Math.floor(performance.now() * 1_000))
      .padStart(8, '0')
      .slice(-8)}`;
    const { data } = await shop.graphql<{ submitOrder: { order: SeenOrder; accessToken: string } }>(
      'mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id number } accessToken } }',
      {
        input: {
          idempotencyKey: randomUUID(),
          skuId: 'plenty',
          quantity: 1,
          checkoutId,
          buyer: { ref: buyer, contact: { email, phone: `+86 ${phone.slice(0, 3)} ${phone.slice(3)}` } },
          payment: { gatewayId: 'main', kind: 'CHARGE' },
        },
      },
    );
    const { order, accessToken } = data.submitOrder;
    const { payment } = await shopper.untilStatus(order.id, 'COMPLETED');
    const [code = ''] = (await shopper.reveal(order.id, accessToken)).codes;
    const reference = payment?.reference ?? '';
    const transactionId = (await shop.sandbox.ledger()).payments.find((one) => one.reference === reference)?.transactionId ?? '';
    const keys = {
      id: order.id,
      number: order.number,
      'number without its check character, in lower case': order.number.slice(0, 13).toLowerCase(),
      reference,
      transactionId,
      email: email.toLowerCase(),
      phone,
      code,
      checkoutId,
      buyer,
    };
    for (const [what, text] of Object.entries(keys)) {
      expect(text).not.toBe('');
      const ids = await eventually(async () => ((await found(text)).length > 0 ? found(text) : undefined), `found by ${what}`);
      expect({ what, ids }).toEqual({ what, ids: [order.id] });
    }
    expect(await found('nothing like it')).toEqual([]);
    expect(shop.log).not.toContain(code);
  });

  test('what a state does not allow is refused with the reason that the order itself gives, in both languages', async () => {
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT' });
    const reference = await shopper.untilPayable(id);
    const actions = await actionsOf(id);
    expect([...actions.values()].filter(({ allowed }) => allowed).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['cancelOrder', 'confirmPayment', 'freezeOrder', 'addNote']),
    );
    expect(actions.get('confirmPayment')?.targets).toEqual([reference]);
    const tries: Readonly<Record<string, object>> = {
      retryOrder: {},
      refundOrder: {},
      resolveReview: { subject: 'deadline' },
    };
    for (const [name, more] of Object.entries(tries)) {
      const { userErrors } = await shopper.mutate(name, { orderId: id, reason: 'trying', ...more }, 'support');
      expect({ name, codes: userErrors.map(({ code }) => code) }).toEqual({ name, codes: [actions.get(name)?.code] });
    }
    for (const action of actions.values())
      expect({ action: action.action, says: action.reason !== null }).toEqual({ action: action.action, says: !action.allowed });
    const { data } = await shop.graphql<{ order: { availableActions: Action[] } }>(
      'query ($id: ID!) { order(id: $id) { availableActions { action reason } } }',
      { id },
      { authorization: `Bearer ${shop.supportKey}`, 'accept-language': 'zh-CN' },
    );
    expect(data.order.availableActions.find(({ action }) => action === 'retryOrder')?.reason).toMatch(/尚未确认付款/);
    expect(await shop.cli(['orders', 'retry', id, '--yes', '--reason', 'x'], cliAccess())).toMatchObject({ code: 3 });
    expect(await shop.cli(['orders', 'retry', id, '--yes', '--reason', 'x'], { CARDRAIL_URL: shop.url, CARDRAIL_API_KEY: '' })).toMatchObject({
      code: 2,
    });
    expect(await shop.cli(['orders', 'retry', id, '--yes', '--reason', 'x'], { ...cliAccess(), CARDRAIL_URL: 'http://127.0.0.1:9' })).toMatchObject({
      code: 1,
    });
  });

  test('money that a person vouches for pays the order once, and only with evidence of a sensible length', async () => {
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT', gatewayId: 'mute' });
    const first = await shopper.untilPayable(id);
    const vouch = (reference: string, evidence: string) =>
      shopper.mutate('confirmPayment', { orderId: id, reference, evidence, transactionId: `bank-${randomUUID()}` }, 'support');
    await expect(vouch(first, '')).rejects.toThrow(/BAD_USER_INPUT/);
    await expect(vouch(first, 'x'.repeat(2_001))).rejects.toThrow(/BAD_USER_INPUT/);
    expect((await vouch(first, 'receipt of the bank')).userErrors).toEqual([]);
    expect((await vouch(first, 'receipt of the bank')).userErrors.map(({ code }) => code)).toEqual(['PAYMENT_ALREADY_CONFIRMED']);
    await shopper.untilStatus(id, 'COMPLETED');
  });

  test('money taken twice on one page at a gateway that nobody can ask is booked from the statement, and goes back once', async () => {
    const { id } = await shopper.order({ skuId: 'plenty', gatewayId: 'mute' });
    const { payment } = await shopper.untilStatus(id, 'COMPLETED');
    const reference = payment?.reference ?? '';
    await shop.sandbox.pay(reference);
    await shopper.until(id, ({ inReview }) => inReview, 'in review');
    const { review } = await reviewOf(id);
    expect(review).toMatchObject({ subject: `payment:${reference}`, cause: 'CANNOT_BE_ASKED', choices: ['CONFIRM_SURPLUS', 'REFUND', 'DISMISS'] });
    const bare = { orderId: id, subject: review.subject, choice: 'CONFIRM_SURPLUS', reason: 'seen at the bank' };
    const noEvidence = await shopper.mutate('resolveReview', bare, 'support');
    expect(noEvidence.userErrors.map(({ code }) => code)).toEqual(['EVIDENCE_REQUIRED']);
    const noTransaction = await shopper.mutate('resolveReview', { ...bare, evidence: 'line 7 of today' }, 'support');
    expect(noTransaction.userErrors.map(({ code }) => code)).toEqual(['CHOICE_NOT_OFFERED']);
    const second = `second-${randomUUID()}`;
    const resolve = ['reviews', 'resolve', id, review.subject, '--choice', 'CONFIRM_SURPLUS', '--evidence', 'line 7', '--transaction', second];
    expect(await shop.cli([...resolve, '--yes', '--reason', 'seen at the bank'], cliAccess())).toMatchObject({ code: 0 });
    const after = await shopper.until(id, ({ refunded }) => refunded.amountMinor === '4800', 'given back');
    expect(after).toMatchObject({ status: 'COMPLETED', inReview: false, paid: { amountMinor: '9600' } });
    const vouch = (more: object) =>
      shopper.mutate('confirmSurplus', { orderId: id, reference, evidence: 'the same line', transactionId: second, ...more }, 'support');
    expect((await vouch({})).userErrors).toEqual([]);
    expect((await vouch({ transactionId: `third-${randomUUID()}`, surplusMinor: 4_801 })).userErrors.map(({ code }) => code)).toEqual([
      'MORE_THAN_ASKED',
    ]);
    const ledger = await shop.sandbox.ledger();
    expect(ledger.payments.find((one) => one.reference === reference)).toMatchObject({ capturedMinor: 9_600, refundedMinor: 4_800 });
    expect((await shopper.history(id)).filter((type) => type === 'PaymentCapturedAgain')).toHaveLength(1);
    expect(await eventually(async () => ((await found(second)).length > 0 ? found(second) : undefined), 'found by its second transaction')).toEqual([
      id,
    ]);
  });

  test('more than was asked for is never vouched for: a slip of the pen must not send money out', async () => {
    const { id } = await shopper.order({ skuId: 'plenty', kind: 'REDIRECT', gatewayId: 'mute' });
    const reference = await shopper.untilPayable(id);
    const vouch = (capturedMinor: number) =>
      shopper.mutate('confirmPayment', { orderId: id, reference, evidence: 'receipt', capturedMinor }, 'support');
    expect((await vouch(48_000)).userErrors.map(({ code }) => code)).toEqual(['MORE_THAN_ASKED']);
    expect((await shopper.see(id)).paid.amountMinor).toBe('0');
    expect((await vouch(4_800)).userErrors).toEqual([]);
    await shopper.untilStatus(id, 'COMPLETED');
  });

  test('a bad delivery is taken out of sale from a terminal, put back, and thrown away; cards that orders hold are named and stay', async () => {
    await shop.stock('crate', 5);
    const access = { CARDRAIL_URL: shop.url, CARDRAIL_API_KEY: shop.adminKey };
    const { id } = await shopper.order({ skuId: 'crate' });
    const sold = (await shopper.untilStatus(id, 'COMPLETED')).cards[0]?.id ?? '';
    const { batches } = await ask<{ batches: { nodes: { id: string; skuId: string }[] } }>('{ batches(first: 100) { nodes { id skuId } } }');
    const batch = batches.nodes.find(({ skuId }) => skuId === 'crate')?.id ?? '';
    const cards = async (verb: string, ...more: string[]) => {
      const { code, stdout } = await shop.cli(['cards', verb, ...more, '--yes', '--reason', 'the supplier called', '--json'], access);
      return { code, printed: stdout === '' ? null : (JSON.parse(stdout) as { changed?: number; held?: object[]; cards?: object[] }) };
    };
    const available = async (): Promise<number> => {
      const { sku } = await ask<{ sku: { available: number } | null }>('{ sku(id: "crate") { available } }');
      return sku?.available ?? -1;
    };
    const untilAvailable = (wanted: number) => eventually(async () => ((await available()) === wanted ? true : undefined), `${wanted} available`);
    await untilAvailable(4);
    expect(await cards('quarantine', '--batch', batch)).toMatchObject({ code: 0, printed: { changed: 4, held: [{ id: sold, orderId: id }] } });
    await untilAvailable(0);
    expect(await cards('restock', '--batch', batch)).toMatchObject({ code: 0, printed: { changed: 4 } });
    await untilAvailable(4);
    expect(await cards('quarantine', '--card', sold)).toMatchObject({ code: 3 });
    expect(await cards('void', '--batch', batch)).toMatchObject({ code: 0, printed: { changed: 4 } });
    await untilAvailable(0);
    expect(await cards('void', '--batch', randomUUID())).toMatchObject({ code: 3 });
    expect((await shop.cli(['cards', 'void', '--batch', batch, '--yes', '--reason', 'x'], cliAccess())).code).toBe(3);
  });

  test('after all of that the log is sound', async () => {
    const { code, stdout } = await shop.cli(['verify', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ violations: [] });
    expect(code).toBe(0);
  });
});

interface TimelineNode {
  readonly type: string;
  readonly summary: string;
  readonly cause: { readonly words: string };
}

import { AddNote, AddNoteHandler } from '../../src/application/commands/add-note';
import { CancelOrder, CancelOrderHandler } from '../../src/application/commands/cancel-order';
import { ChangePaymentMethod, ChangePaymentMethodHandler } from '../../src/application/commands/change-payment-method';
import { ConfirmPayment, ConfirmPaymentHandler } from '../../src/application/commands/confirm-payment';
import { FreezeOrder, FreezeOrderHandler } from '../../src/application/commands/freeze-order';
import { isScopeOf } from '../../src/application/commands/scopes';
import { ApiKeyDesk } from '../../src/application/commands/api-key-desk';
import { IssueApiKey, IssueApiKeyHandler } from '../../src/application/commands/issue-api-key';
import { PauseSku, PauseSkuHandler } from '../../src/application/commands/pause-sku';
import { RefundOrder, RefundOrderHandler } from '../../src/application/commands/refund-order';
import { ResumeSku, ResumeSkuHandler } from '../../src/application/commands/resume-sku';
import { RevealCards, RevealCardsHandler } from '../../src/application/commands/reveal-cards';
import { cardContext } from '../../src/application/card-text';
import { CardSafe } from '../../src/application/commands/card-safe';
import { KeyMissing, type Keyring } from '../../src/application/ports/keyring';
import { canonicalJson, sha256Hex } from '../../src/domain/kernel/hash';
import { cardIdFor, paymentReference } from '../../src/domain/kernel/ids';
import { aggregates } from '../../src/application/aggregates';
import { callerAs, freshKey, nobody, openShop, storefront, submitted, type TestShop } from './commands-shop';

let shop: TestShop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

const support = callerAs('SUPPORT');
const finance = callerAs('FINANCE');
const typesOf = async (orderId: string): Promise<readonly string[]> => (await shop.store.read(`order-${orderId}`)).map(({ type }) => type);
const cardIdOf = (code: string): string => cardIdFor('steam-50', shop.keyring.fingerprint(code, 'card'));

describe('a mutation under its key', () => {
  it('has one effect however often it comes, and another input under the key is refused', async () => {
    const { orderId } = submitted(await shop.submit());
    const note = (text: string, idempotencyKey: string) =>
      new AddNoteHandler(shop.desk).execute(new AddNote(support, { idempotencyKey, orderId, text }));
    const key = freshKey();
    const answers = await Promise.all([1, 2, 3].map(() => note('rang twice', key)));
    expect(answers.map((answer) => answer.ok)).toEqual([true, true, true]);
    expect(await note('something else', key)).toMatchObject({ ok: false, refusal: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(await typesOf(orderId)).toEqual(['OrderSubmitted', 'NoteAdded']);
  });

  it('is its client’s own: the same key from another team is another wish', async () => {
    const { orderId } = submitted(await shop.submit());
    const key = freshKey();
    for (const caller of [support, finance])
      await new AddNoteHandler(shop.desk).execute(new AddNote(caller, { idempotencyKey: key, orderId, text: 'seen' }));
    expect(await typesOf(orderId)).toEqual(['OrderSubmitted', 'NoteAdded', 'NoteAdded']);
  });

  it('keeps the caller’s order token out of the log', async () => {
    const { orderId, accessToken } = submitted(await shop.submit());
    await new CancelOrderHandler(shop.desk).execute(new CancelOrder(nobody, { idempotencyKey: freshKey(), orderId, accessToken }));
    expect(canonicalJson(await shop.store.read(`order-${orderId}`))).not.toContain(accessToken);
  });
});

describe('money', () => {
  const refund = (orderId: string, changes: object = {}) =>
    new RefundOrderHandler(shop.desk).execute(new RefundOrder(finance, { idempotencyKey: freshKey(), orderId, reason: 'goodwill', ...changes }));

  it('is not returned twice, nor more of it than came in', async () => {
    const { orderId } = submitted(await shop.submit());
    expect(await refund(orderId)).toMatchObject({ ok: false, refusal: { code: 'NOTHING_TO_REFUND' } });
    await shop.pay(orderId);
    expect(await refund(orderId, { amountMinor: 4_801 })).toMatchObject({
      ok: false,
      refusal: { code: 'AMOUNT_TOO_LARGE', details: { refundableMinor: 4_800 } },
    });
    expect(await refund(orderId, { amountMinor: 100 })).toMatchObject({ ok: true });
    expect(await refund(orderId)).toMatchObject({ ok: false, refusal: { code: 'REFUND_IN_PROGRESS' } });
  });

  it('counts on the word of a person, whose evidence is kept', async () => {
    const { orderId } = submitted(await shop.submit());
    await shop.requestPayment(orderId);
    const input = {
      idempotencyKey: freshKey(),
      orderId,
      reference: paymentReference(orderId, 1),
      evidence: 'seen on the bank statement',
      transactionId: 'bank-77',
    };
    expect(await new ConfirmPaymentHandler(shop.desk, shop.secondPerson).execute(new ConfirmPayment(finance, input))).toMatchObject({ ok: true });
    const confirmed = (await shop.store.read(`order-${orderId}`)).at(-1);
    expect(confirmed).toMatchObject({
      type: 'PaymentConfirmed',
      data: { evidence: 'PERSON', transactionId: 'bank-77' },
      metadata: { reason: 'seen on the bank statement' },
    });
  });

  it('takes another way only where there is one, and seals its instrument', async () => {
    const { orderId, accessToken } = submitted(await shop.submit());
    const change = (payment: ChangePaymentMethod['input']['payment']) =>
      new ChangePaymentMethodHandler(shop.desk, shop.catalog, shop.secrets).execute(
        new ChangePaymentMethod(nobody, { idempotencyKey: freshKey(), orderId, accessToken, payment }),
      );
    expect(await change({ gatewayId: 'elsewhere', kind: 'CHARGE' })).toMatchObject({ ok: false, refusal: { code: 'GATEWAY_NOT_AVAILABLE' } });
    expect(await change({ gatewayId: 'main', kind: 'CHARGE', instrument: 'card-on-file' })).toMatchObject({
      ok: true,
      order: { state: { method: { kind: 'CHARGE' } } },
    });
    expect(canonicalJson(await shop.store.read(`order-${orderId}`))).not.toContain('card-on-file');
  });
});

describe('reveal', () => {
  const reveal = (orderId: string, changes: object = {}, safe = shop.safe, caller = storefront) =>
    new RevealCardsHandler(shop.desk, safe, shop.runtime).execute(
      new RevealCards(caller, { idempotencyKey: 'always the same', orderId, ...changes }),
    );
  const delivered = async (code = 'ABCD-1234'): Promise<string> => {
    await shop.stock(code);
    const { orderId } = submitted(await shop.submit());
    await shop.deliver(orderId, cardIdOf(code));
    return orderId;
  };

  it('shows the codes after the look is stored, and repeats are one fact', async () => {
    const orderId = await delivered();
    const looks = await Promise.all([reveal(orderId), reveal(orderId), reveal(orderId)]);
    for (const look of looks)
      expect(look).toMatchObject({ ok: true, cards: [{ id: cardIdOf('ABCD-1234'), code: 'ABCD-1234', firstViewedAt: expect.any(String) }] });
    expect((await typesOf(orderId)).filter((type) => type === 'CardsRevealed')).toHaveLength(1);
  });

  it('opens nothing when the look cannot be stored', async () => {
    const orderId = await delivered();
    let opened = 0;
    const counting: Keyring = { ...keyringOf(shop.keyring), open: (sealed, context) => (opened++, shop.keyring.open(sealed, context)) };
    const safe = new CardSafe(shop.store, shop.codec, shop.commands, counting, shop.secrets, {
      keyMissing: () => undefined,
      damaged: () => undefined,
    });
    jest.spyOn(shop.commands, 'commit').mockRejectedValueOnce(new Error('the store went away'));
    await expect(reveal(orderId, {}, safe)).rejects.toThrow('went away');
    expect(opened).toBe(0);
    expect(await reveal(orderId, {}, safe)).toMatchObject({ ok: true });
  });

  it('is refused before delivery, while frozen, and from the order of a refund on', async () => {
    expect(await reveal(submitted(await shop.submit()).orderId)).toMatchObject({ ok: false, refusal: { code: 'NOT_DELIVERED' } });
    const frozen = await delivered('FROZEN-1');
    await new FreezeOrderHandler(shop.desk).execute(new FreezeOrder(support, { idempotencyKey: freshKey(), orderId: frozen, reason: 'odd' }));
    expect(await reveal(frozen)).toMatchObject({ ok: false, refusal: { code: 'ORDER_FROZEN' } });
    const refunded = await delivered('REFUND-1');
    await new RefundOrderHandler(shop.desk).execute(new RefundOrder(finance, { idempotencyKey: freshKey(), orderId: refunded, reason: 'goodwill' }));
    expect(await reveal(refunded)).toMatchObject({ ok: false, refusal: { code: 'REFUND_IN_PROGRESS' } });
  });

  it('with a key that is not there is refused for now, alerts, and changes nothing else', async () => {
    const orderId = await delivered();
    const keyless: Keyring = {
      ...keyringOf(shop.keyring),
      open: () => {
        throw new KeyMissing('not here');
      },
    };
    const alerts: string[] = [];
    const safe = new CardSafe(shop.store, shop.codec, shop.commands, keyless, shop.secrets, {
      keyMissing: (id) => alerts.push(id),
      damaged: () => undefined,
    });
    expect(await reveal(orderId, {}, safe)).toMatchObject({ ok: false, refusal: { code: 'CARDS_UNREADABLE', retryable: true } });
    expect(alerts).toEqual([orderId]);
    expect(await reveal(orderId)).toMatchObject({ ok: true });
  });

  it('of a card whose seal is broken shows nothing, freezes the order for a person, and the card never comes back to sale', async () => {
    const cardId = cardIdOf('MOVED-1');
    const sealed = shop.keyring.seal('{"code":"MOVED-1"}', cardContext('another card', 'steam-50'));
    const stock = { type: 'StockCard', skuId: 'steam-50', batchId: 'b', sealed, fingerprint: 'f' } as const;
    await shop.commands.handle(aggregates.card, cardId, stock, {
      commandId: 'c',
      correlationId: 'c',
      causationId: 'c',
      actor: { kind: 'OPS', id: 'o' },
    });
    const { orderId } = submitted(await shop.submit());
    await shop.deliver(orderId, cardId);
    expect(await reveal(orderId)).toMatchObject({ ok: false, refusal: { code: 'CARD_DAMAGED', details: { cardId } } });
    const { state } = await shop.commands.load(aggregates.order, orderId, true);
    expect(state).toMatchObject({ frozen: { cause: 'SEAL_BROKEN' }, reviews: [{ subject: `card:${cardId}` }], revealedCardIds: [cardId] });
    expect(shop.alerts).toEqual([`damaged ${cardId}`]);
  });

  it('is not for staff', async () => {
    const orderId = await delivered();
    for (const role of ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] as const)
      await expect(reveal(orderId, {}, shop.safe, callerAs(role))).rejects.toThrow('revealCards needs BUYER or STOREFRONT');
  });
});

describe('settings', () => {
  it('pause and resume a SKU at once, and tell what was already so', async () => {
    const pause = () =>
      new PauseSkuHandler(shop.settings).execute(
        new PauseSku(callerAs('OPS'), { idempotencyKey: freshKey(), reason: 'price is wrong', skuId: 'steam-50' }),
      );
    expect(await pause()).toMatchObject({ ok: true, changed: true, replayed: false });
    expect(await pause()).toMatchObject({ ok: true, changed: false });
    expect(await shop.submit()).toMatchObject({ ok: false, refusal: { code: 'SKU_PAUSED', retryable: true } });
    await new ResumeSkuHandler(shop.settings).execute(
      new ResumeSku(callerAs('OPS'), { idempotencyKey: freshKey(), reason: 'mended', skuId: 'steam-50' }),
    );
    expect(await shop.submit()).toMatchObject({ ok: true });
  });

  it('make an API key whose text is told to its asker, again on a repeat, and is in no event', async () => {
    const input = { idempotencyKey: freshKey(), reason: 'new shop', keyId: 'shop-2', clientId: 'shop-2', role: 'STOREFRONT' } as const;
    const issue = () =>
      new IssueApiKeyHandler(new ApiKeyDesk(shop.settings, shop.keyring), isScopeOf).execute(new IssueApiKey(callerAs('ADMIN'), input));
    const [first, again] = [await issue(), await issue()];
    if (!first.ok || !again.ok || first.key === undefined) throw new Error('refused');
    expect(first.key).toMatch(/^[A-Za-z0-9_-]{43,}$/);
    expect(again).toMatchObject({ key: first.key, replayed: true });
    const [event] = await shop.store.read('apikey-shop-2');
    expect(event?.data).toMatchObject({ keyHash: sha256Hex(first.key) });
    expect(canonicalJson(event)).not.toContain(first.key);
  });
});

/** The real keyring's methods, bound, so that one of them can be made to fail. */
function keyringOf(keyring: Keyring): Keyring {
  return {
    kidInUse: keyring.kidInUse,
    kids: keyring.kids,
    seal: keyring.seal.bind(keyring),
    newKey: keyring.newKey.bind(keyring),
    sealWith: keyring.sealWith.bind(keyring),
    openWith: keyring.openWith.bind(keyring),
    open: keyring.open.bind(keyring),
    fingerprint: keyring.fingerprint.bind(keyring),
    tokenMac: keyring.tokenMac.bind(keyring),
  };
}

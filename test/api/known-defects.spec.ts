import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sha256Hex } from '../../src/domain/kernel/hash';
import { HttpV1Channel } from '../../src/infrastructure/channels/http-v1';
import { channelFlags, purchaseRequest } from '../support/sandbox-channel';
import { TEST_WEBHOOK_SECRET } from '../support/sandbox';
import { ApiShop, key, SUBMIT } from './support/api-shop';

/** What other shops of this trade got wrong, by the name under which it is known, and where it is shown that this one does not. */
describe('a defect known from other shops is none here', () => {
  let shop: ApiShop;
  beforeAll(async () => {
    shop = await ApiShop.start();
    await shop.sku('scarce');
    await shop.sku('owed', { oversell: true });
    await shop.until(() => shop.parts.settings.sku('owed') !== undefined, 'the settings are read');
  });
  afterAll(() => shop.close());

  test('an empty query password listing codes', async () => {
    const { id, number } = await shop.order({ skuId: 'owed' });
    const REVEAL = 'mutation($input: RevealCardsInput!) { revealCards(input: $input) { cards { code } } }';
    for (const accessToken of ['', ' ', 'null', 'undefined', '%', '*']) {
      for (const headers of [{}, { 'x-order-token': accessToken.trim() }] as Record<string, string>[]) {
        const byId = await shop.ask<{ order: object | null } | null>(
          'query($id: ID!, $accessToken: String) { order(id: $id, accessToken: $accessToken) { id } }',
          { id, accessToken },
          headers,
        );
        expect(byId.data?.order ?? null).toBeNull();
        const byNumber = await shop.ask<{ orderByNumber: object | null } | null>(
          'query($number: String!, $accessToken: String!) { orderByNumber(number: $number, accessToken: $accessToken) { id } }',
          { number, accessToken },
          headers,
        );
        expect(byNumber.data?.orderByNumber ?? null).toBeNull();
        const revealed = await shop.ask<{ revealCards: { cards: readonly object[] } } | null>(
          REVEAL,
          { input: { idempotencyKey: key(), orderId: id, accessToken } },
          headers,
        );
        expect(revealed.data?.revealCards.cards ?? []).toEqual([]);
      }
    }
  });

  test('an order shown to anyone who types the contact', async () => {
    const email = `${key().slice(0, 12).toLowerCase()}@buyer.example`;
    const { token } = await shop.order({ skuId: 'owed', buyer: { ref: key(), contact: { email } } });
    const stranger = key();
    await shop.set('apiKey', 'stranger', { clientId: 'another-shop', role: 'STOREFRONT', keyHash: sha256Hex(stranger) });
    await shop.until(() => shop.parts.settings.apiKeyByHash(sha256Hex(stranger)) !== undefined, 'the other key is known');
    const SEARCH = 'query($text: String!) { searchOrders(text: $text, first: 5) { nodes { id } } }';
    type Found = { searchOrders: { nodes: readonly object[] } } | null;
    const typing = async (headers: Record<string, string>) => (await shop.ask<Found>(SEARCH, { text: email }, headers)).data?.searchOrders.nodes;
    await shop.until(async () => (await typing(shop.as('SUPPORT')))?.length === 1, 'the order can be found by who may');
    expect(await typing({})).toBeUndefined();
    expect(await typing({ 'x-order-token': token })).toBeUndefined();
    expect(await typing({ authorization: `Bearer ${stranger}` })).toEqual([]);
  });

  test('64 buyers paid for a stock of 10', async () => {
    const codes = await shop.stock('scarce', 10);
    const submits = await Promise.all(
      Array.from({ length: 64 }, () => {
        const input = { idempotencyKey: key(), skuId: 'scarce', quantity: 1, buyer: { ref: key() }, payment: { gatewayId: 'main', kind: 'CHARGE' } };
        return shop.ask<{ submitOrder: { order: { id: string } | null; accessToken: string | null } }>(SUBMIT, { input });
      }),
    );
    const accepted = submits.flatMap(({ data: { submitOrder } }) =>
      submitOrder.order === null ? [] : [{ id: submitOrder.order.id, token: submitOrder.accessToken ?? '' }],
    );
    const ends = new Map<string, string>();
    await shop.until(async () => {
      for (const { id } of accepted.filter((order) => !ends.has(order.id))) {
        const { data } = await shop.ask<{ order: { status: string } }>('query($id: ID!) { order(id: $id) { status } }', { id });
        if (!['AWAITING_PAYMENT', 'PROCESSING'].includes(data.order.status)) ends.set(id, data.order.status);
      }
      return ends.size === accepted.length;
    }, 'every order has ended');
    const delivered = accepted.filter(({ id }) => ends.get(id) === 'COMPLETED');
    expect(delivered).toHaveLength(10);
    // Whoever has no card has their money: by the ledger of the gateway, not by ours.
    const { payments } = await shop.sandbox.ledger();
    for (const { id } of accepted) {
      const kept = payments.filter(({ reference }) => reference.startsWith(id)).reduce((sum, one) => sum + one.capturedMinor - one.refundedMinor, 0);
      expect({ id, kept }).toEqual({ id, kept: ends.get(id) === 'COMPLETED' ? 4_800 : 0 });
    }
    const REVEAL = 'mutation($input: RevealCardsInput!) { revealCards(input: $input) { cards { code } } }';
    const shown = await Promise.all(
      delivered.map(async ({ id, token }) => {
        const input = { idempotencyKey: key(), orderId: id, accessToken: token };
        const { data } = await shop.ask<{ revealCards: { cards: readonly { code: string }[] } }>(REVEAL, { input }, {});
        return data.revealCards.cards[0]?.code ?? '';
      }),
    );
    expect([...shown].sort()).toEqual([...codes].sort());
  });

  test('out-of-stock text stored as the code', async () => {
    const text = '库存不足，请联系客服';
    let answer: object = {};
    const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const channel = new HttpV1Channel({
      adapter: 'http-v1',
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      apiKey: 'a-channel-key-that-is-only-used-in-tests-0123456',
      webhookSecrets: [TEST_WEBHOOK_SECRET],
      flags: channelFlags(['replay', 'lookup', 'cancel']),
      notFoundFinalAfterSeconds: 60,
    });
    try {
      const asked = purchaseRequest();
      const about = { requestId: asked.requestId, unitCostMinor: 4_500, currency: 'CNY' };
      for (const said of [
        { ...about, status: 'REFUSED', reason: 'OUT_OF_STOCK', cards: [{ code: text }] },
        { ...about, status: 'COMPLETED', cards: text },
        { ...about, status: 'COMPLETED', cards: [text] },
        { ...about, status: 'COMPLETED', cards: [{ message: text }] },
        { ...about, status: text, cards: [{ code: text }] },
        { code: 0, data: text },
      ]) {
        answer = said;
        const result = await channel.purchase(asked, { timeoutMs: 5_000 });
        expect(JSON.stringify(result)).not.toContain(text);
      }
    } finally {
      await channel.release();
      await new Promise((closed) => (server.close(closed), server.closeAllConnections()));
    }
  });

  /** Stories that stand where their neighbours are. Each must be there, word for word: nothing of this stands twice, and nothing is lost. */
  test.each([
    ['re-notify selling again', 'e2e/stories.spec.ts', 'a notice that comes ten times has one effect'],
    ['re-notify selling again, a delivered order', 'e2e/epay-stories.spec.ts', 'a replayed notice of a delivered order changes nothing'],
    [
      'status field ignored',
      'e2e/epay-stories.spec.ts',
      're-ordered: a notice that comes before the money credits nothing; the money that comes later does',
    ],
    [
      'status field ignored, believed from a notice',
      'e2e/stories.spec.ts',
      'a false notice with a valid signature delivers nothing: the gateway is asked and says no',
    ],
    [
      'unpaid orders deleted so that a late payment cannot be traced',
      'e2e/stories.spec.ts',
      'paid after expiry: late money delivers the card or goes back, and is never kept for nothing',
    ],
    ['overpayment accepted unseen', 'e2e/stories.spec.ts', 'a wrong amount freezes the order and calls a person; nothing is delivered'],
    [
      'compensation while the outcome is unknown',
      'e2e/channels.spec.ts',
      'the answer comes after the deadline: the order is in review and still asked, and is delivered, not refunded',
    ],
    ['code decoded twice', 'application/import-corpus.spec.ts', '%0A, once'],
    ['payment settled twice by a double click', 'e2e/stories.spec.ts', 'three clicks with one key are one order, one charge and one answer'],
    [
      'payment settled twice, on two pages',
      'e2e/stories.spec.ts',
      'paid on both pay pages: one payment is kept, the other goes back without being asked',
    ],
  ])('%s: %s', (_defect, file, title) => {
    expect(readFileSync(join(__dirname, '..', file), 'utf8')).toContain(`'${title}'`);
  });
});

import fc from 'fast-check';
import { KeyUses } from '../../src/application/keys/key-uses';
import type { CardCommand } from '../../src/domain/card/decide';
import { card } from '../../src/domain/card/decide';
import type { DomainEvent, StoredEvent } from '../../src/domain/kernel/event';
import { isRejection } from '../../src/domain/kernel/rejection';
import { DAY_MS, toIso } from '../../src/domain/kernel/time';
import { orderOf, submitted } from '../support/given';

const T0 = Date.parse('2026-01-01T00:00:00.000Z');
const sealed = (kid: string) => ({ kid, iv: 'i', tag: 't', ct: 'c' });
const stored = (stream: string, event: DomainEvent, at = T0): StoredEvent => ({ stream, ...event, occurredAt: toIso(at) }) as unknown as StoredEvent;
const counted = (events: readonly StoredEvent[], { kid = 'k1', retentionMs = null as number | null, at = T0 } = {}) => {
  const uses = new KeyUses((one) => one === kid);
  for (const event of events) uses.take(event);
  return uses.of(kid, retentionMs, at);
};
const stocked = (id: string, kid: string): StoredEvent =>
  stored(`card-${id}`, { type: 'CardStocked', data: { skuId: 's', batchId: 'b', fingerprint: 'f', sealed: sealed(kid) } });
const nothing = { use: { cards: 0, orders: 0, others: 0 }, loss: { voidedCards: 0, oldCards: 0, oldOrders: 0 } };

describe('what is sealed with a key', () => {
  it('is each card by its newest sealing, voided ones apart', () => {
    const events = [
      stocked('a', 'k1'),
      stocked('b', 'k1'),
      stocked('c', 'k1'),
      stocked('d', 'k2'),
      stored('card-a', { type: 'CardResealed', data: { skuId: 's', batchId: 'b', sealed: sealed('k2') } }),
      stored('card-b', { type: 'CardVoided', data: { skuId: 's', batchId: 'b', from: 'AVAILABLE', cause: 'x' } }),
    ];
    expect(counted(events)).toEqual({ use: { ...nothing.use, cards: 1 }, loss: { ...nothing.loss, voidedCards: 1 } });
    expect(counted(events, { kid: 'k2' }).use.cards).toBe(2);
  });

  it('is each order with a contact, fields, an instrument or a receipt, wherever they stand in its events', () => {
    const order = (id: string, changes: Parameters<typeof submitted>[0]): StoredEvent => stored(`order-${id}`, submitted(changes));
    expect(counted([order('none', {})])).toEqual(nothing);
    for (const event of [
      order('contact', { buyer: { ...orderOf().buyer, contact: sealed('k1') } }),
      order('fields', { fields: sealed('k1') }),
      order('instrument', { payment: { gatewayId: 'g', kind: 'CHARGE', instrument: sealed('k1') } }),
      stored('order-receipt', { type: 'GoodsHandedIn', data: { cards: [], receipt: { units: 1, sealed: sealed('k1') } } }),
    ])
      expect(counted([event])).toEqual({ ...nothing, use: { ...nothing.use, orders: 1 } });
  });

  it('leaves out orders that nothing happened to for longer than they are kept', () => {
    const events = [stored('order-a', submitted({ fields: sealed('k1') }))];
    expect(counted(events, { retentionMs: DAY_MS, at: T0 + DAY_MS }).use.orders).toBe(1);
    expect(counted(events, { retentionMs: DAY_MS, at: T0 + DAY_MS + 1 })).toMatchObject({ use: { orders: 0 }, loss: { oldOrders: 1 } });
    const touched = [...events, stored('order-a', { type: 'NoteAdded', data: { text: 'x' } }, T0 + 1)];
    expect(counted(touched, { retentionMs: DAY_MS, at: T0 + DAY_MS + 1 }).use.orders).toBe(1);
  });

  it('is a card on its way from an order to a stream of its own, and whatever else is sealed anywhere', () => {
    const bought = stored('order-o', { type: 'PurchaseCompleted', data: { cards: [{ cardId: 'x', fingerprint: 'f', sealed: sealed('k1') }] } });
    expect(counted([bought]).use).toEqual({ cards: 1, orders: 0, others: 0 });
    expect(counted([bought, stocked('x', 'k1')]).use.cards).toBe(1);
    expect(counted([bought, stocked('x', 'k2')]).use.cards).toBe(0);
    const known = stored('order-o', { type: 'PurchaseDisputed', data: { problem: 'KNOWN_CODE', cards: 1, cardIds: ['x'] } });
    expect(counted([bought, known]).use.cards).toBe(0);
    expect(counted([stored('voucher-1', { type: 'Anything', data: { deep: [{ in: sealed('k1') }] } })]).use.others).toBe(1);
  });

  it('is, after any life of any cards, what a fold of each card by itself says', () => {
    const act = fc.record({
      card: fc.constantFrom('a', 'b', 'c'),
      command: fc.constantFrom<CardCommand>(
        { type: 'StockCard', skuId: 's', batchId: 'b', fingerprint: 'f', sealed: sealed('k1') },
        { type: 'ClaimCard', orderId: 'o', reservation: 1, at: T0 },
        { type: 'ReleaseCard', orderId: 'o', reservation: 1, revealed: false },
        { type: 'QuarantineCard', cause: 'PERSON' },
        { type: 'VoidCard', cause: 'x' },
        { type: 'ResealCard', sealed: sealed('k1') },
        { type: 'ResealCard', sealed: sealed('k2') },
      ),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const states = new Map(['a', 'b', 'c'].map((id) => [id, card.initial(id)]));
        const events: StoredEvent[] = [];
        for (const { card: id, command } of acts) {
          const decision = card.decide(command, states.get(id) ?? card.initial(id));
          for (const event of isRejection(decision) ? [] : decision) {
            states.set(id, card.evolve(states.get(id) ?? card.initial(id), { ...event, occurredAt: toIso(T0) }));
            events.push(stored(`card-${id}`, event));
          }
        }
        const of = (kid: string) => [...states.values()].filter(({ sealedBy }) => sealedBy === kid);
        for (const kid of ['k1', 'k2']) {
          const { use, loss } = counted(events, { kid });
          expect(use.cards).toBe(of(kid).filter(({ status }) => status !== 'VOIDED').length);
          expect(loss.voidedCards).toBe(of(kid).filter(({ status }) => status === 'VOIDED').length);
        }
      }),
    );
  });
});

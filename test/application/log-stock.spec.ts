import { LogStock } from '../../src/application/processes/order/log-stock';
import type { EventStore, SubscribeOptions } from '../../src/application/ports/event-store';
import { ReadModelsUnavailable } from '../../src/application/ports/read-models';
import type { CardEvent } from '../../src/domain/card/events';
import { NEVER } from '../../src/domain/card/state';
import type { Position, StoredEvent } from '../../src/domain/kernel/event';
import { HOUR_MS, toIso } from '../../src/domain/kernel/time';
import { type CardRow, cards } from '../../src/projections/cards';
import { skuStock, type SkuStockRow } from '../../src/projections/sku-stock';
import { Chance } from '../support/chance';
import { T0 } from '../support/given';

const { signal } = new AbortController();
const positionOf = (place: number): Position => String(place).padStart(16, '0');

/** A log of cards, with what the read models make of it beside it. */
class CardLog implements Pick<EventStore, 'head' | 'subscribe'> {
  readonly events: StoredEvent[] = [];
  readonly rows = new Map<string, CardRow>();
  readonly counts = new Map<string, SkuStockRow>();
  /** From where it was read. */
  readonly readAfter: (Position | null)[] = [];

  add(cardId: string, event: CardEvent): void {
    const place = { stream: `card-${cardId}`, position: positionOf(this.events.length + 1), occurredAt: toIso(T0), recordedAt: toIso(T0) };
    const stored = { ...event, ...place } as unknown as StoredEvent;
    this.events.push(stored);
    const row = cards.project(stored, this.rows.get(cardId) ?? null, cardId);
    if (row !== null) this.rows.set(cardId, row);
    const { skuId } = event.data;
    const count = skuStock.project(stored, this.counts.get(skuId) ?? null, skuId);
    if (count !== null) this.counts.set(skuId, count);
  }

  async head(): Promise<Position | null> {
    return this.events.at(-1)?.position ?? null;
  }

  async *subscribe({ after }: SubscribeOptions) {
    this.readAfter.push(after);
    const left = this.events.filter(({ position }) => after === null || position > after);
    for (let from = 0; from < left.length; from += 7) {
      const events = left.slice(from, from + 7);
      yield { events, position: events.at(-1)?.position ?? '', caughtUp: false };
    }
  }
}

/** Something that may befall a card where it stands. */
function nextOf(chance: Chance, skuId: string, cardId: string, row: CardRow | undefined): CardEvent {
  const own = { skuId, batchId: 'b' };
  const claim = { ...own, orderId: `order-of-${cardId}`, reservation: 1 };
  switch (row?.status) {
    case undefined: {
      const expiry = chance.hit(0.4) ? { expiresAt: toIso(T0 + chance.between(-2, 5) * HOUR_MS) } : {};
      return { type: 'CardStocked', data: { ...own, ...expiry, sealed: { kid: 'k', iv: '', tag: '', ct: '' }, fingerprint: cardId } };
    }
    case 'AVAILABLE':
      return chance.of<CardEvent>([
        { type: 'CardClaimed', data: claim },
        { type: 'CardReleased', data: { ...claim, claimed: false, available: true } },
        { type: 'CardQuarantined', data: { ...own, from: 'AVAILABLE', cause: 'PERSON' } },
        { type: 'CardVoided', data: { ...own, from: 'AVAILABLE', cause: 'PERSON' } },
        { type: 'CardExpired', data: own },
      ]);
    case 'CLAIMED':
      return chance.of<CardEvent>([
        { type: 'CardReleased', data: { ...claim, claimed: true, available: true } },
        { type: 'CardReleased', data: { ...claim, claimed: false, available: false } },
      ]);
    case 'QUARANTINED':
      return chance.of<CardEvent>([
        { type: 'CardRestocked', data: own },
        { type: 'CardReleased', data: { ...claim, claimed: false, available: false } },
      ]);
    default:
      return chance.of<CardEvent>([
        { type: 'CardExported', data: { ...own, exportId: 'e' } },
        { type: 'CardResealed', data: { ...own, sealed: { kid: 'k2', iv: '', tag: '', ct: '' } } },
      ]);
  }
}

describe('what is for sale, as the log tells it', () => {
  it('is what the read models would say, whatever befell the cards', async () => {
    const seed = Number(process.env['CARDRAIL_TEST_SEED'] ?? Math.floor(Math.random() * 1_000_000));
    console.info(`stock from the log: CARDRAIL_TEST_SEED=${seed}`);
    const chance = new Chance(seed);
    const log = new CardLog();
    const stock = new LogStock(log);
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 30; i++) {
        const n = chance.between(1, 60);
        const cardId = `${String(n).padStart(4, '0')}`;
        log.add(cardId, nextOf(chance, n % 3 === 0 ? 'rare' : 'game', cardId, log.rows.get(cardId)));
      }
      for (const skuId of ['game', 'rare']) {
        const rows = [...log.rows].filter(([, row]) => row.skuId === skuId && row.status === 'AVAILABLE');
        const lasting = rows.flatMap(([cardId, { expiresAt }]) => (expiresAt === NEVER ? [cardId] : [])).sort();
        const expiring = rows.flatMap(([, { expiresAt }]) => (expiresAt > T0 && expiresAt < NEVER ? [expiresAt] : [])).sort((a, b) => a - b);
        const said = await stock.available(skuId, null, T0, 1_000, signal);
        expect({ ...said, expiring: said.expiring.map(({ expiresAt }) => expiresAt) }).toEqual({ lasting, expiring, upTo: await log.head() });
        expect(await stock.stock(skuId, signal)).toMatchObject({ row: { available: log.counts.get(skuId)?.available ?? 0 }, upTo: await log.head() });
        expect((await stock.available(skuId, lasting[1] ?? null, T0, 2, signal)).lasting).toEqual(
          lasting.slice(lasting[1] === undefined ? 0 : 2).slice(0, 2),
        );
      }
    }
  });

  it('is read once, and after that only what has come since', async () => {
    const log = new CardLog();
    const stock = new LogStock(log);
    const chance = new Chance(1);
    log.add('1', nextOf(chance, 'game', '1', undefined));
    await Promise.all([stock.stock('game', signal), stock.available('game', null, T0, 10, signal), stock.stock('rare', signal)]);
    await stock.stock('game', signal);
    log.add('2', nextOf(chance, 'game', '2', undefined));
    await stock.stock('game', signal);
    expect(log.readAfter).toEqual([null, positionOf(1)]);
  });

  it('is not told where there are more cards than can be remembered, however often somebody asks', async () => {
    const log = new CardLog();
    const stock = new LogStock(log, 20);
    const chance = new Chance(1);
    for (let n = 0; n < 30; n++) log.add(`${n}`, nextOf(chance, 'game', `${n}`, undefined));
    for (const _time of [1, 2]) await expect(stock.stock('game', signal)).rejects.toThrow(ReadModelsUnavailable);
    expect(log.readAfter).toEqual([null]);
  });
});

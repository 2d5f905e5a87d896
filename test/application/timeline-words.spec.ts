import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventCatalog } from '../../src/domain/event-catalog';
import type { EventMetadata, StoredEvent } from '../../src/domain/kernel/event';
import type { Money } from '../../src/domain/kernel/money';
import { wordsOf } from '../../src/application/queries/event-words';
import { nextStepWords } from '../../src/application/queries/next-step-words';
import { orderTimeline, type TimelineReader } from '../../src/application/queries/timeline';
import type { NextStep } from '../../src/domain/order/phase';

const FOLDER = join(__dirname, '../golden');
const golden = new Map(
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as StoredEvent)
    .map((event) => [event.type, event]),
);
const goldenOf = (type: string): StoredEvent => {
  const event = golden.get(type);
  if (event === undefined) throw new Error(`no golden ${type}`);
  return event;
};
const inside: TimelineReader = { locale: 'en', inside: true, attemptsMax: 5 };

/** One event after another, each caused by the one before it. */
function timeline(reader: TimelineReader, ...steps: readonly (readonly [type: string, data: object, metadata?: Partial<EventMetadata>])[]) {
  const events = steps.map(([type, data, metadata], revision): StoredEvent => {
    const event = goldenOf(type);
    const causationId = revision === 0 ? 'request' : `e${revision - 1}`;
    return {
      ...event,
      revision,
      eventId: `e${revision}`,
      data: { ...event.data, ...data },
      metadata: { ...event.metadata, causationId, actor: { kind: 'ENGINE', id: 'engine-1' }, ...metadata },
    };
  });
  return orderTimeline(events, reader).map(({ cause }) => cause.words);
}

describe('the words of an order’s life', () => {
  it.each(Object.keys(eventCatalog.order))('%s is said in both languages', (type) => {
    const words = wordsOf(goldenOf(type));
    expect(words?.en).toMatch(/[A-Za-z]{3}/);
    expect(words?.zh).toMatch(/\p{Script=Han}/u);
    expect(words?.zh).not.toMatch(/undefined|\[object/);
    expect(words?.en).not.toMatch(/undefined|\[object/);
  });

  it.each(Object.keys(eventCatalog.order))('%s says what caused it, in both languages, to the shop and to its buyer', (type) => {
    for (const isInside of [true, false]) {
      const [english = ''] = orderTimeline([goldenOf(type)], { locale: 'en', inside: isInside }).map(({ cause }) => cause.words);
      const [chinese = ''] = orderTimeline([goldenOf(type)], { locale: 'zh-CN', inside: isInside }).map(({ cause }) => cause.words);
      expect(english).toMatch(/[a-z]{3}/);
      expect(chinese).toMatch(/\p{Script=Han}/u);
    }
  });

  it('name the buyer, the callback, the timer, the attempt and the person with their reason', () => {
    expect(
      timeline(
        inside,
        ['OrderSubmitted', {}, { actor: { kind: 'STOREFRONT', id: 'shop' } }],
        ['PaymentRequested', { attempt: 1 }],
        ['PaymentNoticeReceived', {}, { actor: { kind: 'GATEWAY', id: 'main' } }],
        ['PaymentChecked', { status: 'OPEN' }],
        ['PaymentChecked', { status: 'OPEN' }],
        ['PaymentRequested', { attempt: 3 }],
        ['RetryScheduled', { step: 'payment', attempt: 3, cause: 'TOO_LATE', dueAt: '2026-01-01T00:00:00.000Z' }],
        ['PaymentRequested', { attempt: 6 }],
        ['CancelRequested', {}, { actor: { kind: 'BUYER', id: 'x' } }],
        ['OrderFrozen', { cause: 'PERSON' }, { actor: { kind: 'SUPPORT', id: 'mei' }, reason: 'a stolen card' }],
        ['OrderExpired', {}],
      ).map((words) => words.replace(/: Order for .*/, ': …')),
    ).toEqual([
      'the storefront',
      'it follows from: …',
      'a callback of main',
      'the callback before it',
      'a timer: the next check was due',
      'attempt 3 of 5',
      'the call did nothing: this shop came too late to send it',
      'attempt 6',
      'the buyer',
      'support (mei): a stolen card',
      'a timer: pay-within had passed',
    ]);
  });

  it('tell a buyer that the shop did it, and not who or why', () => {
    expect(
      timeline({ locale: 'en', inside: false }, ['OrderFrozen', {}, { actor: { kind: 'SUPPORT', id: 'mei' }, reason: 'a stolen card' }]),
    ).toEqual(['the shop']);
  });

  it.each(Object.keys(eventCatalog.order))('%s tells a buyer neither from whom the shop buys nor at what cost', (type) => {
    const event = goldenOf(type);
    const { channelId, unitCost, maxUnitCost } = event.data as { channelId?: string; unitCost?: Money; maxUnitCost?: Money };
    const byChannel = { ...event, metadata: { ...event.metadata, actor: { kind: 'CHANNEL' as const, id: 'upstream-a' } } };
    for (const one of [event, byChannel]) {
      const told = JSON.stringify(orderTimeline([one], { locale: 'en', inside: false }));
      for (const secret of [channelId, 'upstream-']) if (secret !== undefined) expect(told).not.toContain(secret);
      for (const cost of [unitCost, maxUnitCost]) if (cost !== undefined) expect(told).not.toContain((cost.amountMinor / 100).toFixed(2));
    }
  });

  it('say that a purchase was cancelled, and not its order', () => {
    const retry = { step: 'purchase', attempt: 1, cause: 'CANCELLED' };
    expect(timeline(inside, ['RetryScheduled', retry])).toEqual(['the call did nothing: it was cancelled']);
    expect(wordsOf({ type: 'RetryScheduled', data: { ...retry, dueAt: 'T' } })?.en).toContain('(it was cancelled)');
  });

  it('mention a receipt where there is no card', () => {
    const receipt = { units: 1, sealed: {} };
    const said = (type: string, data: object, isInside: boolean) => wordsOf({ type, data: { ...goldenOf(type).data, ...data } }, isInside)?.en;
    for (const isInside of [true, false]) {
      expect(said('PurchaseCompleted', { cards: [], receipt }, isInside)).toContain('receipt');
      expect(said('OrderDelivered', { cardIds: [], added: undefined, replaces: undefined, receiptUnits: 1 }, isInside)).toContain('receipt');
      expect(said('GoodsHandedIn', { cards: [], receipt }, isInside)).toContain('receipt');
    }
  });

  it('say what happens next, with the time where one is known', () => {
    const next = (nextStep: NextStep, nextAttemptAt: string | null = null, byHand = false) =>
      nextStepWords({ nextStep, byHand, nextAttemptAt, nextAttemptReason: null, deadlineAt: null });
    expect(next('WAIT_FOR_CARDS').en).toBe('Cards are being fetched; the order is delivered by itself once they are there.');
    expect(next('WAIT_FOR_CARDS', null, true)).toEqual({ en: 'A person of the shop delivers this order.', zh: '由商家人工处理，完成后即发货。' });
    expect(next('WAIT_FOR_CARDS', '2026-11-21T08:00:00.000Z').zh).toContain('2026-11-21T08:00:00.000Z');
  });
});

import fc from 'fast-check';
import { job, type JobCommand } from '../../../src/domain/job/decide';
import type { JobEvent } from '../../../src/domain/job/events';
import { boundMinor, unitsBought, unitsNext, UNITS_PER_PURCHASE, type PreWarm } from '../../../src/domain/job/pre-warm';
import { planPreWarm } from '../../../src/domain/job/pre-warm-plan';
import type { PreWarmOrdered } from '../../../src/domain/job/pre-warm-events';
import { money } from '../../../src/domain/kernel/money';
import { toIso } from '../../../src/domain/kernel/time';
import type { PurchaseAnswer } from '../../../src/domain/order/purchase-commands';
import { at, fold, given, grant, minutes, seconds, sealedText, T0, world, type WorldChanges } from '../../support/given';

const UP = { kind: 'CHANNEL', channelId: 'up', product: 'P', maxUnitCost: money(100, 'CNY') } as const;
const DEARER = { kind: 'CHANNEL', channelId: 'other', product: 'Q', maxUnitCost: money(150, 'CNY') } as const;
const order = (changes: object = {}): JobEvent => ({
  type: 'PreWarmOrdered',
  data: {
    ...{ skuId: 'sku-1', units: 5, budget: money(1_000, 'CNY'), sources: [UP], available: 0 },
    ...{ buyBy: toIso(T0 + minutes(60)), peak: { hour: toIso(T0), units: 25 }, ...changes },
  },
});
const request = (channelId = 'up', product = 'P'): JobCommand => ({ type: 'RequestPurchase', channelId, product, ...grant() });
const answer = (said: PurchaseAnswer, requestId = 'j.p1', first = true): JobCommand => ({
  ...{ type: 'RecordPurchaseAnswer', requestId, answer: said, first, at: T0 },
});
const sold = (count: number, unitCostMinor = 90): PurchaseAnswer => ({
  kind: 'REPORTED',
  report: {
    ...{ status: 'COMPLETED', malformed: 0, unitCostMinor, currency: 'CNY' },
    cards: Array.from({ length: count }, (_, i) => ({ cardId: `c${i}`, fingerprint: `f${i}`, sealed: sealedText })),
  },
});

/** The events that these commands lead to. Fails when one is refused. */
function told(first: JobEvent, ...commands: readonly JobCommand[]): readonly JobEvent[] {
  return commands.reduce<readonly JobEvent[]>(
    (events, command) => {
      const decision = job.decide(command, fold<JobEvent, ReturnType<typeof job.initial>>(job, 'j', events));
      if ('rejected' in decision) throw new Error(decision.code);
      return [...events, ...decision];
    },
    [first],
  );
}
function preWarmOf(events: readonly JobEvent[]): PreWarm {
  const { preWarm } = fold<JobEvent, ReturnType<typeof job.initial>>(job, 'j', events);
  if (preWarm === undefined) throw new Error('nothing was ordered');
  return preWarm;
}
const planned = (events: readonly JobEvent[], afterMs = 0, changes: WorldChanges = {}) =>
  planPreWarm(preWarmOf(events), T0 + afterMs, world(changes));
const SILENT: PurchaseAnswer = { kind: 'UNKNOWN', cause: 'TIMEOUT' };

describe('cards bought ahead', () => {
  it('are asked for as an order asks: the intent is stored, under an id made of job and attempt', () => {
    const events = told(order(), request());
    expect(events.at(-1)).toMatchObject({ type: 'PreWarmPurchaseRequested', data: { requestId: 'j.p1', quantity: 5, maxUnitCost: UP.maxUnitCost } });
    given(
      job,
      'j',
    )(...events)
      .when(request())
      .rejects('ILLEGAL_STATE');
  });

  it('are ordered once for a SKU and day', () => {
    given(
      job,
      'j',
    )(order())
      .when({ type: 'OrderPreWarm', ...(order().data as PreWarmOrdered) })
      .isAlreadySo();
  });

  it('come into the pool, and then nothing is left to do', () => {
    const bought = told(order(), request(), answer(sold(5)));
    expect(planned(bought)).toMatchObject({ kind: 'ask', call: { kind: 'stock-cards', cards: [{ cardId: 'c0' }, {}, {}, {}, {}] } });
    const cardIds = ['c0', 'c1', 'c2', 'c3', 'c4'];
    const stocked = told(order(), request(), answer(sold(5)), { type: 'SettleGoods', reservation: 1, claimed: [], surplus: cardIds, known: [] });
    expect(stocked.at(-1)).toMatchObject({ type: 'PreWarmCardsStocked', data: { cardIds, cost: money(90, 'CNY') } });
    expect(planned(stocked)).toEqual({ kind: 'decide', command: { type: 'EndPreWarm', cause: 'FILLED' } });
  });

  it('are bought nowhere that a person has paused', () => {
    expect(planned([order()])).toMatchObject({ command: { type: 'RequestPurchase' } });
    expect(planned([order()], 0, { channel: { paused: true } })).toMatchObject({ kind: 'wait' });
  });

  it('a code that was known before is no card: another is bought for it', () => {
    const settle: JobCommand = { type: 'SettleGoods', reservation: 1, claimed: [], surplus: ['c1', 'c2', 'c3', 'c4'], known: ['c0'] };
    const events = told(order(), request(), answer(sold(5)), settle);
    expect(unitsBought(preWarmOf(events))).toBe(4);
    expect(planned(events)).toMatchObject({ kind: 'decide', command: { type: 'RequestPurchase' } });
  });
});

describe('a purchase in doubt, for which no buyer waits', () => {
  const inDoubt = told(order(), request(), answer(SILENT));

  it.each([
    [
      'lookup',
      { replay: false, lookup: true, cancel: false, partialFill: true },
      { kind: 'ask', call: { kind: 'query-purchase', requestId: 'j.p1' } },
    ],
    [
      'replay',
      { replay: true, lookup: false, cancel: false, partialFill: true },
      { kind: 'ask', call: { kind: 'request-purchase', requestId: 'j.p1' } },
    ],
  ])('is resolved under its own id by %s, and no other is made meanwhile', (_how, flags, step) => {
    expect(planned(inDoubt, seconds(20), { channel: { flags } })).toMatchObject(step);
    given(
      job,
      'j',
    )(...inDoubt)
      .when(request())
      .rejects('ILLEGAL_STATE');
  });

  it('belongs to its performer until answerBy, and to anyone after it', () => {
    const asked = told(order(), request());
    expect(planned(asked, seconds(1))).toMatchObject({ kind: 'wait' });
    expect(planned(asked, seconds(30))).toMatchObject({
      kind: 'decide',
      command: { type: 'RecordPurchaseAnswer', answer: { cause: 'PERFORMER_SILENT' } },
    });
  });

  it('is not ended over: a job ends when nothing can come of it any more', () => {
    given(
      job,
      'j',
    )(...inDoubt)
      .when({ type: 'EndPreWarm', cause: 'STOPPED' })
      .isAlreadySo();
  });

  it('is cancelled first of all once a person has stopped the job', () => {
    const stopped = told(order(), request(), answer(SILENT), { type: 'StopJob' });
    expect(planned(stopped, seconds(20))).toMatchObject({ kind: 'decide', command: { type: 'RequestPurchaseCancel', cause: 'UNWANTED' } });
  });

  it('that sold after the end is put away all the same', () => {
    const late = told(
      order(),
      request(),
      answer({ kind: 'REFUSED', code: 'NO' }),
      { type: 'StopJob' },
      { type: 'EndPreWarm', cause: 'STOPPED' },
      answer(sold(5)),
    );
    expect(planned(late)).toMatchObject({ kind: 'ask', call: { kind: 'stock-cards' } });
  });

  it('is never made at a channel that could not be asked', () => {
    const flags = { replay: false, lookup: false, cancel: true, partialFill: true };
    expect(planned([order()], 0, { channel: { flags } })).toMatchObject({ kind: 'wait' });
  });
});

describe('the budget', () => {
  it('reaches for as many as it pays at their highest price, and ends the job when it reaches for none', () => {
    expect(told(order({ budget: money(250, 'CNY') }), request()).at(-1)).toMatchObject({ data: { quantity: 2 } });
    const spent = told(order({ budget: money(250, 'CNY') }), request(), answer(sold(2, 100)), {
      ...{ type: 'SettleGoods', reservation: 1, claimed: [], surplus: ['c0', 'c1'], known: [] },
    });
    expect(planned(spent)).toEqual({ kind: 'decide', command: { type: 'EndPreWarm', cause: 'BUDGET' } });
  });

  it('leaves out a channel that is too dear for the rest of it', () => {
    const events = [order({ budget: money(120, 'CNY'), sources: [DEARER, UP] })];
    expect(planned(events)).toMatchObject({ command: { type: 'RequestPurchase', channelId: 'up' } });
    given(
      job,
      'j',
    )(...events)
      .when(request('other', 'Q'))
      .rejects('ILLEGAL_STATE');
  });

  it('is never exceeded, whatever channels answer, as long as they keep to the price and the number they were asked for', () => {
    const answers = fc.constantFrom<PurchaseAnswer>(
      sold(1),
      sold(3, 100),
      SILENT,
      { kind: 'REFUSED', code: 'NO' },
      { kind: 'NOT_DONE', code: 'HTTP_429' },
      { kind: 'NOT_FOUND', final: true },
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 }), fc.array(answers, { maxLength: 12 }), (budget, said) => {
        let events: readonly JobEvent[] = [order({ units: 40, budget: money(budget, 'CNY') })];
        let paid = 0;
        for (const one of said) {
          const state = fold<JobEvent, ReturnType<typeof job.initial>>(job, 'j', events);
          const asked = job.decide(request(), state);
          if ('rejected' in asked) break;
          events = [...events, ...asked];
          const attempt = events.filter(({ type }) => type === 'PreWarmPurchaseRequested').length;
          const quantity = preWarmOf(events).order.purchases.at(-1)?.request.quantity ?? 0;
          const own = (cards: readonly { readonly cardId: string }[]) =>
            cards.slice(0, quantity).map((card) => ({ ...card, cardId: `${card.cardId}-${attempt}` }));
          const unique = one.kind !== 'REPORTED' ? one : { ...one, report: { ...one.report, cards: own(one.report.cards) } };
          const heard = job.decide(answer(unique as PurchaseAnswer, `j.p${attempt}`), fold<JobEvent, typeof state>(job, 'j', events));
          events = [...events, ...('rejected' in heard ? [] : heard)];
          const { arriving } = preWarmOf(events).order;
          if (one.kind === 'REPORTED') paid += one.report.unitCostMinor * arriving.length;
          const surplus = arriving.map(({ cardId }) => cardId);
          const settled = job.decide(
            { type: 'SettleGoods', reservation: arriving[0]?.reservation ?? 0, claimed: [], surplus, known: [] },
            fold<JobEvent, typeof state>(job, 'j', events),
          );
          events = [...events, ...('rejected' in settled ? [] : settled)];
          expect(paid).toBeLessThanOrEqual(boundMinor(preWarmOf(events)));
          expect(boundMinor(preWarmOf(events))).toBeLessThanOrEqual(budget);
        }
      }),
    );
  });

  it('and the size of one purchase bound what can be in doubt', () => {
    expect(unitsNext(preWarmOf([order({ units: 500, budget: money(1_000_000, 'CNY') })]), UP.maxUnitCost)).toBe(UNITS_PER_PURCHASE);
  });
});

describe('it ends', () => {
  it('when the peak is over, and not before', () => {
    expect(planned([order()], minutes(59))).toMatchObject({ command: { type: 'RequestPurchase' } });
    expect(planned([order()], minutes(61))).toEqual({ kind: 'decide', command: { type: 'EndPreWarm', cause: 'TOO_LATE' } });
  });

  it('when so many purchases came to nothing', () => {
    const refused = Array.from({ length: 5 }, (_, i) => [request(), answer({ kind: 'REFUSED', code: 'NO' }, `j.p${i + 1}`)]).flat();
    expect(planned(told(order(), ...refused), minutes(10))).toEqual({ kind: 'decide', command: { type: 'EndPreWarm', cause: 'NO_CHANNEL' } });
  });

  it('once, and waits for a channel until then', () => {
    expect(planned([order()], 0, { channel: { paused: true } })).toEqual({ kind: 'wait', waitUntil: T0 + minutes(60) });
    const ended: JobEvent = { type: 'PreWarmEnded', data: { cause: 'STOPPED' } };
    given(job, 'j')(order(), at(1, ended)).when({ type: 'EndPreWarm', cause: 'FILLED' }).isAlreadySo();
  });
});

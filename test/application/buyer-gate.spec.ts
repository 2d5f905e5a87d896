import { BuyerGate } from '../../src/application/commands/submit/buyer-gate';
import { UnpaidOrders } from '../../src/application/lines/unpaid-alike';
import { defaultBuyerLimits, paced, calm, type Pace } from '../../src/domain/buyer/limits';
import fc from 'fast-check';

const limits = { ...defaultBuyerLimits, submitsPerMinute: 6, coolDownMs: 20_000, coolDownMaxMs: 120_000 };

describe('the gate of a buyer', () => {
  it('tells every buyer the wait that it would tell if it forgot nothing', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 40_000 })), { maxLength: 200 }), (submits) => {
        const gate = new BuyerGate(limits, new UnpaidOrders());
        const paces = new Map<string, Pace>();
        let now = 1_000_000;
        for (const [buyer, afterMs] of submits) {
          now += afterMs;
          const { pace, waitMs } = paced(paces.get(buyer) ?? calm, now, limits);
          paces.set(buyer, pace);
          expect(gate.comes(buyer, now)).toEqual({ pace, waitMs });
        }
      }),
    ));
});

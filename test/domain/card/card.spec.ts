import { card, type CardCommand } from '../../../src/domain/card/decide';
import { isPastRetention, noCard, type CardState } from '../../../src/domain/card/state';
import { isRejection } from '../../../src/domain/kernel/rejection';

const stock: CardCommand = { type: 'StockCard', skuId: 's', batchId: 'b', fingerprint: 'f', sealed: { kid: 'k', iv: 'i', tag: 't', ct: 'c' } };
const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const claim = (orderId: string, reservation: number): CardCommand => ({ type: 'ClaimCard', orderId, reservation, at: NOW });
const release = (orderId: string, reservation: number, revealed = false): CardCommand => ({ type: 'ReleaseCard', orderId, reservation, revealed });

function after(state: CardState, command: CardCommand): CardState {
  const decision = card.decide(command, state);
  return isRejection(decision)
    ? state
    : decision.reduce((folded, event) => card.evolve(folded, { ...event, occurredAt: '2026-01-01T00:00:00.000Z' }), state);
}
const run = (...commands: readonly CardCommand[]): CardState => commands.reduce(after, noCard);

describe('a card', () => {
  it('is stocked once: the same code again is a duplicate', () => expect(card.decide(stock, run(stock))).toMatchObject({ code: 'DUPLICATE_CARD' }));
  it('is claimed by one order only', () => expect(card.decide(claim('b', 1), run(stock, claim('a', 1)))).toMatchObject({ code: 'CARD_TAKEN' }));
  it('refuses a claim whose reservation it has seen released, though it was never claimed', () =>
    expect(card.decide(claim('a', 1), run(stock, release('a', 1)))).toMatchObject({ code: 'RESERVATION_RELEASED' }));
  it('keeps its holder when another order lets go of a reservation it never got', () =>
    expect(run(stock, claim('a', 1), release('b', 1))).toMatchObject({ status: 'CLAIMED', claim: { orderId: 'a' } }));
  it('never returns to stock once its buyer has seen it', () => expect(run(stock, claim('a', 1), release('a', 1, true)).status).toBe('QUARANTINED'));
  it('is not taken out of sale while an order holds it', () =>
    expect(card.decide({ type: 'VoidCard', cause: 'x' }, run(stock, claim('a', 1)))).toMatchObject({ code: 'CARD_TAKEN' }));
  it('stays voided when it is quarantined afterwards', () =>
    expect(run(stock, { type: 'VoidCard', cause: 'x' }, { type: 'QuarantineCard', cause: 'PERSON' }).status).toBe('VOIDED'));

  it('is claimed until the moment it expires, and not from then on, whether or not its stream says so', () => {
    const expiring = (expiresAt: string): CardState => run({ ...stock, expiresAt });
    expect(card.decide(claim('a', 1), expiring('2026-01-01T00:00:00.001Z'))).toMatchObject([{ type: 'CardClaimed' }]);
    expect(card.decide(claim('a', 1), expiring('2026-01-01T00:00:00.000Z'))).toMatchObject({ code: 'CARD_EXPIRED' });
    const expired = after(expiring('2026-01-01T00:00:00.000Z'), { type: 'ExpireCard', at: NOW });
    expect(expired.status).toBe('EXPIRED');
    expect(card.decide(claim('a', 1), expired)).toMatchObject({ code: 'CARD_EXPIRED' });
  });
  it('that an order holds does not expire under it', () => {
    const held = run({ ...stock, expiresAt: '2026-01-01T00:00:00.001Z' }, claim('a', 1));
    expect(card.decide({ type: 'ExpireCard', at: NOW + 1 }, held)).toEqual([]);
    expect(card.decide(claim('a', 1), held)).toEqual([]);
  });
  const reseal = (kid: string): CardCommand => ({ type: 'ResealCard', sealed: { kid, iv: 'i', tag: 't', ct: 'c' } });
  it('that is sealed anew stands where it stood, whoever holds it', () => {
    const held = run(stock, claim('a', 1));
    expect(after(held, reseal('k2'))).toEqual({ ...held, sealedBy: 'k2' });
    expect(card.decide(claim('a', 1), after(run(stock), reseal('k2')))).toMatchObject([{ type: 'CardClaimed' }]);
  });
  it('is sealed anew once, and not when nobody opens it any more', () => {
    expect(card.decide(reseal('k2'), run(stock, reseal('k2')))).toEqual([]);
    expect(card.decide(reseal('k2'), run(stock, { type: 'VoidCard', cause: 'x' }))).toEqual([]);
    expect(card.decide(reseal('k2'), noCard)).toMatchObject({ code: 'CARD_NOT_FOUND' });
  });
  it('is past retention so long after it was sold, however often it is sealed anew, and never while it is for sale', () => {
    const sold = run(stock, claim('a', 1), reseal('k2'));
    expect([isPastRetention(sold, 10, NOW + 10), isPastRetention(sold, 10, NOW + 11), isPastRetention(sold, null, NOW + 11)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(isPastRetention(run(stock), 10, NOW + 11)).toBe(false);
  });
  it('whose code leaves the shop is out of sale until a person puts it back, and is not taken from an order', () => {
    const out: CardCommand = { type: 'ExportCard', exportId: 'e' };
    expect(card.decide(out, run(stock))).toMatchObject([{ type: 'CardExported' }, { type: 'CardQuarantined', data: { cause: 'PERSON' } }]);
    expect(card.decide(out, run(stock, out))).toMatchObject([{ type: 'CardExported' }]);
    expect(card.decide(claim('a', 1), run(stock, out))).toMatchObject({ code: 'CARD_NOT_AVAILABLE' });
    expect(run(stock, out, { type: 'RestockCard', at: NOW }).status).toBe('AVAILABLE');
    expect(card.decide(out, run(stock, claim('a', 1)))).toMatchObject({ code: 'CARD_TAKEN' });
    expect(card.decide(out, run(stock, { type: 'VoidCard', cause: 'x' }))).toMatchObject({ code: 'CARD_NOT_AVAILABLE' });
  });
  it('that never expires is not expired by asking', () => expect(card.decide({ type: 'ExpireCard', at: NOW }, run(stock))).toEqual([]));

  const quarantine: CardCommand = { type: 'QuarantineCard', cause: 'PERSON' };
  const restock: CardCommand = { type: 'RestockCard', at: NOW };
  it('that a person quarantined may be put back on sale', () => {
    expect(run(stock, quarantine).status).toBe('QUARANTINED');
    const back = run(stock, quarantine, restock);
    expect(back).toEqual(run(stock));
    expect(card.decide(restock, back)).toEqual([]);
  });
  it.each([
    ['a buyer has seen', 'CARD_REVEALED', run(stock, claim('a', 1), release('a', 1, true))],
    ['expired in quarantine', 'CARD_EXPIRED', run({ ...stock, expiresAt: '2026-01-01T00:00:00.000Z' }, quarantine)],
    ['is sealed with a broken seal', 'CARD_NOT_AVAILABLE', run(stock, { type: 'QuarantineCard', cause: 'SEAL_BROKEN' })],
    ['was voided', 'CARD_NOT_AVAILABLE', run(stock, quarantine, { type: 'VoidCard', cause: 'x' })],
    ['an order holds', 'CARD_TAKEN', run(stock, claim('a', 1))],
  ])('that %s does not come back on sale: %s', (_what, code, state) => expect(card.decide(restock, state)).toMatchObject({ code }));
  it('that is held names its holder when it cannot be taken out of sale', () =>
    expect(card.decide(quarantine, run(stock, claim('a', 1)))).toMatchObject({ code: 'CARD_TAKEN', details: { orderId: 'a' } }));

  it('is held by at most one of two orders in every interleaving of claims and releases of three reservations each (I2)', () => {
    const commands = [
      stock,
      ...['a', 'b'].flatMap((orderId) =>
        [1, 2, 3].flatMap((reservation) => [claim(orderId, reservation), release(orderId, reservation), release(orderId, reservation, true)]),
      ),
    ];
    const seen = new Map<string, CardState>([[JSON.stringify(noCard), noCard]]);
    const open = [noCard];
    let checked = 0;
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      for (const command of commands) {
        checked++;
        const next = after(state, command);
        expect(after(next, command)).toEqual(next);
        expect(next.status === 'CLAIMED').toBe(next.claim !== undefined && next.status === 'CLAIMED');
        if (command.type === 'ClaimCard' && state.status === 'CLAIMED' && next.status === 'CLAIMED') expect(next.claim).toEqual(state.claim);
        if (state.status === 'QUARANTINED') expect(next.status).toBe('QUARANTINED');
        if (next.status === 'CLAIMED') expect(next.released).not.toContain(`${next.claim?.orderId}#${next.claim?.reservation}`);
        const key = JSON.stringify({ ...next, released: [...next.released].sort() });
        if (seen.has(key)) continue;
        seen.set(key, next);
        open.push(next);
      }
    }
    expect(seen.size).toBeGreaterThan(300);
    expect(checked).toBe(seen.size * commands.length);
  });
});

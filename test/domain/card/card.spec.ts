import { card, type CardCommand } from '../../../src/domain/card/decide';
import { noCard, type CardState } from '../../../src/domain/card/state';
import { isRejection } from '../../../src/domain/kernel/rejection';

const stock: CardCommand = { type: 'StockCard', skuId: 's', batchId: 'b', fingerprint: 'f', sealed: { kid: 'k', iv: 'i', tag: 't', ct: 'c' } };
const claim = (orderId: string, reservation: number): CardCommand => ({ type: 'ClaimCard', orderId, reservation });
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

import type { Mutant } from './mutant';

const BOOK = 'domain/ledger/order-book.ts';

/** Defects of the books alone: orders, cards and money go right, so only whoever holds the ledger against the other side's can notice. */
export const ledgerMutants: readonly Mutant[] = [
  {
    name: 'what goes back to a buyer is booked and does not leave the gateway',
    file: BOOK,
    from: `...move(BUYER_MONEY, gateway, { amountMinor: buyer, currency }),`,
    to: `...move(BUYER_MONEY, { account: 'bank' }, { amountMinor: buyer, currency }),`,
    caughtBy: ['I3'],
    seed: 1,
  },
  {
    name: 'a top-up is owed to nobody',
    file: BOOK,
    from: `...move({ account: 'cardCosts' }, channel, of(receipt?.units ?? 0)),`,
    to: ``,
    caughtBy: ['I3'],
    profile: 'upstreams',
    seed: 1,
  },
  {
    name: 'a code that was known is on its way for ever',
    file: BOOK,
    from: `postings: move(place, { account: 'transit', party: channelId }, cost), subject: requestId };`,
    to: `postings: move(place, { account: 'writeOffs' }, cost), subject: requestId };`,
    caughtBy: ['I3'],
    profile: 'upstreams',
    seed: 1,
  },
];

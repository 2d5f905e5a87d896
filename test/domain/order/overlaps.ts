import { planRows } from '../../../src/domain/order/plan';

/** Rows that may want something of the same order at once, and why the first of them goes first. */
export const OVERLAPS: readonly { readonly first: string; readonly before: readonly string[]; readonly why: string }[] = [
  ...planRows.slice(0, -1).map(({ row }) => ({ first: row, before: ['15 no progress'], why: 'A person is called when nothing else can be done.' })),
  {
    first: '1 frozen',
    before: [
      '3 refund in doubt',
      '3 close in doubt',
      '3 purchase in doubt',
      '3 payment in doubt',
      '5 surplus',
      '4 settle cards',
      '6 refund',
      '7 cancel',
      '8 deliver',
      '9 deadline',
      '10 source',
      '11 line',
      '11 route',
      '12 reserve at submit',
      '13 watch purchases',
      '13 watch',
      '13 expire',
      '14 pay',
    ],
    why: 'A frozen order is in the hands of people, whatever is due.',
  },
  {
    first: '3 refund in doubt',
    before: ['3 close in doubt', '3 purchase in doubt', '3 payment in doubt'],
    why: 'Money on its way back is the oldest promise, so its doubt is resolved first.',
  },
  {
    first: '3 refund in doubt',
    before: ['5 surplus', '6 refund'],
    why: 'One refund at a time: the next is sent when the fate of this one was asked about.',
  },
  {
    first: '3 refund in doubt',
    before: [
      '4 settle cards',
      '7 cancel',
      '8 deliver',
      '9 deadline',
      '10 source',
      '12 reserve at submit',
      '13 watch purchases',
      '13 watch',
      '13 expire',
      '14 pay',
    ],
    why: 'A question changes nothing for them, and while it tells nothing new it gives way to them.',
  },
  {
    first: '3 close in doubt',
    before: ['3 payment in doubt'],
    why: 'A close that was sent answers for its own payment and is nearer to an end than another one.',
  },
  {
    first: '3 close in doubt',
    before: ['4 settle cards', '7 cancel', '8 deliver', '10 source', '12 reserve at submit', '13 watch', '5 surplus', '9 deadline'],
    why: 'What the close answers may be money, which decides what becomes of the rest; while it tells nothing new it gives way.',
  },
  {
    first: '3 close in doubt',
    before: ['3 purchase in doubt', '13 watch purchases'],
    why: 'What the close answers may be money that goes back, and with it the wish for goods; a question holds nothing up.',
  },
  {
    first: '3 purchase in doubt',
    before: ['3 payment in doubt', '4 settle cards', '5 surplus', '6 refund', '7 cancel', '8 deliver', '13 watch purchases', '13 watch'],
    why: 'Goods may come of it, which decide what becomes of the rest; while it tells nothing new it gives way.',
  },
  {
    first: '3 payment in doubt',
    before: ['13 watch purchases'],
    why: 'Money is asked for before a purchase that nobody waits for any more.',
  },
  {
    first: '3 payment in doubt',
    before: ['4 settle cards', '5 surplus', '7 cancel', '8 deliver', '10 source', '12 reserve at submit', '13 watch', '9 deadline'],
    why: 'Money may have moved on it, which decides what becomes of the rest; while it tells nothing new it gives way.',
  },
  {
    first: '5 surplus',
    before: ['4 settle cards', '6 refund', '7 cancel', '8 deliver', '9 deadline', '10 source', '13 watch', '13 expire'],
    why: 'A second charge goes back first of all, whatever else the order is.',
  },
  {
    first: '4 settle cards',
    before: ['6 refund', '7 cancel', '8 deliver', '9 deadline', '10 source', '12 reserve at submit', '13 watch', '13 expire', '14 pay'],
    why: 'Nothing is decided about an order whose cards hang between two streams.',
  },
  {
    first: '6 refund',
    before: ['7 cancel', '8 deliver', '9 deadline', '10 source'],
    why: 'Money that was ordered back is sent before anything new is promised.',
  },
  { first: '6 refund', before: ['13 watch', '13 expire'], why: 'What may still come in on other payments does not hold up what goes back.' },
  {
    first: '7 cancel',
    before: ['13 watch', '13 expire'],
    why: 'A cancelled order closes and asks the same way, but it ends as cancelled and not as expired.',
  },
  { first: '8 deliver', before: ['13 watch'], why: 'The buyer has paid and the cards are there; another payment can be looked at afterwards.' },
  {
    first: '9 deadline',
    before: ['10 source'],
    why: 'Past the deadline even a part may be taken from the pool, and else the order is compensated instead of waiting on.',
  },
  { first: '9 deadline', before: ['13 watch'], why: 'What is owed to the buyer comes before a look at another payment.' },
  { first: '10 source', before: ['13 watch'], why: 'The buyer waits for cards, nobody for a look at another payment.' },
  { first: '7 cancel', before: ['11 line', '11 route'], why: 'Whoever gives up while waiting need not wait for that.' },
  { first: '6 refund', before: ['14 pay'], why: 'Money that does not fit goes back before other money is asked for.' },
  { first: '11 route', before: ['13 expire'], why: 'An order whose time ran out before it was looked at is routed and ends in one append.' },
  {
    first: '11 line',
    before: ['11 route', '12 reserve at submit', '14 pay'],
    why: 'An order that came when others were before it does nothing until its time.',
  },
  { first: '11 route', before: ['12 reserve at submit', '14 pay'], why: 'The lane decides with which share of the engine all that follows is done.' },
  { first: '12 reserve at submit', before: ['13 watch'], why: 'Cards that the terms promise before payment come before a look at the payment.' },
  { first: '12 reserve at submit', before: ['14 pay'], why: 'No money is asked for before the cards are held.' },
  ...['4 settle cards', '5 surplus', '6 refund', '7 cancel', '8 deliver', '9 deadline', '10 source', '12 reserve at submit'].map((first) => ({
    first,
    before: ['13 watch purchases'],
    why: 'Nobody waits for a purchase that is over; what this order or its buyer waits for comes first.',
  })),
  {
    first: '13 watch purchases',
    before: ['13 watch', '13 expire', '14 pay'],
    why: 'Both only ask; what a channel may still owe is asked before a payment that is watched.',
  },
  {
    first: '13 watch',
    before: ['13 expire'],
    why: 'A payment that can still be asked about or closed is, before the order is called expired or even after it.',
  },
  { first: '13 watch', before: ['14 pay'], why: 'The old page is asked about or closed before another one is opened.' },
];

export const knownOverlaps = (): ReadonlySet<string> =>
  new Set(OVERLAPS.flatMap(({ first, before }) => before.map((other) => `${first} < ${other}`)));

import type { Mutant } from './mutant';

const ORDER = 'domain/order';
const PURCHASES = 'application/processes/order/perform-purchase.ts';
const profile = 'upstreams';

/** Defects around goods that others have. */
export const purchaseMutants: readonly Mutant[] = [
  {
    name: 'every repeat of a purchase has an id of its own',
    file: PURCHASES,
    from: `return channel.purchase(bodyOf(outside, orderId, purchase),`,
    to: `return channel.purchase({ ...bodyOf(outside, orderId, purchase), requestId: call.first ? requestId : \`\${requestId}9\` },`,
    caughtBy: ['I8'],
    profile,
  },
  {
    name: 'a purchase in doubt holds up no other',
    file: `${ORDER}/goods.ts`,
    from: `state.purchases.some(isPurchaseOpen);`,
    to: `state.purchases.some((purchase) => isPurchaseOpen(purchase) && purchase.status !== 'IN_DOUBT');`,
    caughtBy: ['I8'],
    profile,
  },
  {
    name: 'a channel that never heard of a purchase has refused it',
    file: `${ORDER}/plan-purchase-doubt.ts`,
    from: `const final = !cancels && !replay && notFoundIsFinal(pass, channel, requestId, purchase.requestedAt);`,
    to: `const final = true;`,
    caughtBy: ['I8'],
    profile,
  },
  {
    name: 'a purchase is sent whenever its engine comes to it',
    file: PURCHASES,
    from: `maySend: () => clock.now() < sendBy`,
    to: `maySend: () => clock.now() < sendBy + 86_400_000`,
    caughtBy: ['I8', 'I3'],
    profile,
  },
  {
    name: 'bought cards are stocked before their order has recorded them',
    file: 'application/processes/order/order-process.ts',
    from: `return await performPurchase(outside, call, state);`,
    to: `const command = await performPurchase(outside, call, state);
      if (command?.type === 'RecordPurchaseAnswer' && command.answer.kind === 'REPORTED')
        for (const one of command.answer.report.cards) {
          const { unitCostMinor: amountMinor, currency } = command.answer.report;
          const born = { type: 'ReceiveCard', ...one, skuId: state.submitted?.skuId ?? '', requestId: call.requestId, channelId, cost: { amountMinor, currency }, orderId: state.orderId, reservation: state.reservations + 1, claim: true } as const;
          await this.kit.commands.handle(aggregates.card, one.cardId, born, { commandId: call.requestId, correlationId: state.orderId, causationId: call.requestId, actor: { kind: 'ENGINE', id: 'early' } });
        }
      return command;`,
    caughtBy: ['I9'],
    profile,
  },
  {
    name: 'a bought card is born available',
    file: 'domain/card/decide.ts',
    from: `? [stocked, { type: 'CardClaimed', data: { ...claim, requestId } }]`,
    to: `? [stocked]`,
    caughtBy: ['I9'],
    profile,
  },
  {
    name: 'a review that is called over writes off what was bought',
    file: `${ORDER}/decide-purchase.ts`,
    from: `return purchase === undefined || !isPurchaseOpen(purchase) ? [] : [writtenOff(state, purchase, 'PERSON')];`,
    to: `return purchase === undefined ? [] : [writtenOff(state, purchase, 'PERSON')];`,
    caughtBy: ['I8'],
    profile,
  },
  {
    name: 'goods that nobody waits for any more are dropped',
    file: `${ORDER}/decide-received.ts`,
    from: `const cards = named.filter(({ cardId }) => !purchase.cardIds.includes(cardId));`,
    to: `const cards = named.filter(({ cardId }) => !purchase.cardIds.includes(cardId) && unwantedSince(state) === undefined);`,
    caughtBy: ['I9'],
    profile,
  },
  {
    name: 'a price above the agreed one is paid without a word',
    file: `${ORDER}/decide-received.ts`,
    from: `of('OVER_PRICE', excess.amountMinor > 0 ? units : 0, excess)`,
    to: `of('OVER_PRICE', excess.amountMinor > 9_999 ? units : 0, excess)`,
    caughtBy: ['I3'],
    profile,
  },
  {
    name: 'a code that was sold before is goods',
    file: 'domain/card/decide.ts',
    from: `if (state.batchId !== requestId) return reject('DUPLICATE_CARD');`,
    to: `if (state.batchId !== requestId) return [];`,
    caughtBy: ['I2', 'I9'],
    profile,
  },
  {
    name: 'a code that stands twice in an answer is two cards',
    file: `${ORDER}/decide-received.ts`,
    from: `[...new Map(cards.map((card) => [card.cardId, card])).values()];`,
    to: `cards;`,
    caughtBy: ['I2', 'I3', 'I9', 'defect'],
    profile,
  },
  {
    name: 'money goes back while a purchase is in doubt',
    file: `${ORDER}/plan-money-back.ts`,
    from: `(moneyInDoubt(pass) || goodsInDoubt(pass.state) ? null :`,
    to: `(moneyInDoubt(pass) || (goodsInDoubt(pass.state) && pass.state.orderId === '') ? null :`,
    caughtBy: ['I8'],
    profile,
  },
  {
    name: 'a purchase that the channel works on has come to nothing',
    file: `${ORDER}/decide-purchase.ts`,
    from: `return report.status === 'REFUSED' || report.status === 'CANCELLED'
    ? over(command, report.status,`,
    to: `return report.status !== 'COMPLETED' && report.status !== 'PARTIAL'
    ? over(command, report.status === 'PENDING' ? 'CANCELLED' : report.status,`,
    caughtBy: ['I8'],
    profile,
  },
  {
    name: 'a timed-out purchase counts as not done',
    file: PURCHASES,
    from: `return { kind: 'UNKNOWN', cause: answer.cause };`,
    to: `return { kind: 'NOT_DONE', code: answer.cause };`,
    caughtBy: ['I8'],
    profile,
  },
  {
    name: 'a refusal of a later sending counts',
    file: `${ORDER}/decide-purchase.ts`,
    from: `if (!onlySending) return [];`,
    to: `if (!onlySending && !isPurchaseOpen(purchase)) return [];`,
    caughtBy: ['I8'],
    profile,
  },
  {
    name: 'a notice of a channel is believed',
    file: 'application/receive-channel-notice.ts',
    from: `const canBeAsked = flags.lookup || flags.cancel || (flags.replay && isPurchaseOpen(purchase));`,
    to: `const canBeAsked = flags.partialFill && flags.replay && isPurchaseOpen(purchase) && flags.lookup && orderId === '';`,
    caughtBy: ['I2', 'I3', 'I8'],
    profile,
  },
  {
    name: 'stock that was bought in vain has no cost',
    file: 'domain/card/decide.ts',
    from: `...(cost === undefined ? {} : { cost }),`,
    to: `...(cost === undefined || !command.claim ? {} : { cost }),`,
    caughtBy: ['I3'],
    profile,
  },
  {
    name: 'what is given up costs nothing',
    file: `${ORDER}/decide-purchase.ts`,
    from: `costAtRisk: times(maxUnitCost, quantity)`,
    to: `costAtRisk: times(maxUnitCost, 0 * quantity)`,
    caughtBy: ['I3'],
    profile,
  },
  {
    name: 'nobody looks after a purchase that was given up',
    file: `${ORDER}/plan-purchase-doubt.ts`,
    from: `purchase.status === 'WRITTEN_OFF' ? careAt(pass, purchase, since, cancels) : undefined;`,
    to: `purchase.status === 'WRITTEN_OFF' && purchase.requestId === '' ? careAt(pass, purchase, since, cancels) : undefined;`,
    caughtBy: ['I8'],
    profile,
  },
  {
    name: 'a channel is paid whatever it asks',
    file: PURCHASES,
    from: `maxUnitCostMinor: maxUnitCost.amountMinor,`,
    to: `maxUnitCostMinor: 2 * maxUnitCost.amountMinor,`,
    caughtBy: ['I8'],
    profile,
  },
  {
    name: 'a part of a purchase is the whole of it',
    file: `${ORDER}/evolve-purchases.ts`,
    from: `units: purchase.units + data.cards.length + (data.receipt?.units ?? 0),`,
    to: `units: data.receipt?.units ?? 0,`,
    caughtBy: ['I13', 'I1', 'I3'],
    profile,
  },
  {
    name: 'a top-up in part is done',
    file: `${ORDER}/decide-purchase.ts`,
    from: `status === 'PARTIAL' && receipt !== undefined && cards.length === 0;`,
    to: `status === 'REFUSED' && receipt !== undefined && cards.length === 0;`,
    caughtBy: ['I3', 'I9'],
    profile,
  },
  {
    name: 'a known code is claimed back at its price, however much of that was claimed before',
    file: `${ORDER}/decide-received.ts`,
    from: `return cost.amountMinor > agreed.amountMinor ? agreed : cost;`,
    to: `return cost;`,
    caughtBy: ['I3'],
    profile,
  },
];

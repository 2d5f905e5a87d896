/** One small defect that a hurried change could bring in, and what must notice it. */
export interface Mutant {
  readonly name: string;
  /** Under `src/`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** Invariants by which it may be caught; 'defect' is an error that nobody foresaw. */
  readonly caughtBy: readonly string[];
  /** Where it is caught; found by telling stories from seed 1 on. */
  readonly profile?: string;
  readonly seed?: number;
  /** Caught within a few seconds on its seed. */
  readonly isFast?: true;
}

const ORDER = 'domain/order';
const ENGINE = 'application/engine';
const PAYMENTS = 'application/processes/order/perform-payment.ts';

export const mutants: readonly Mutant[] = [
  {
    name: 'a card may be claimed while another order holds it',
    file: 'domain/card/decide.ts',
    from: `: reject('CARD_TAKEN');\n  if (state.status !== 'AVAILABLE') return reject('CARD_NOT_AVAILABLE');`,
    to: `: [{ type: 'CardClaimed', data: { skuId: state.skuId, batchId: state.batchId, orderId, reservation } }];`,
    caughtBy: ['I2'],
  },
  {
    name: 'claims are not read back: a lost card counts as secured',
    file: 'application/processes/order/perform-cards.ts',
    from: `if (claimed.outcome === 'rejected') return`,
    to: `if (claimed.outcome === 'rejected' && cardId === '') return`,
    caughtBy: ['I2', 'I9'],
  },
  {
    name: 'given-up cards are not told',
    file: 'application/processes/order/perform-cards.ts',
    from: `of cards) {`,
    to: `of cards.slice(1)) {`,
    caughtBy: ['I9'],
  },
  {
    name: 'a notice is believed',
    file: `${ORDER}/decide-payment.ts`,
    from: `return [{ type: 'PaymentNoticeReceived', data }];`,
    to: `return command.claimedStatus === 'PAID' ? confirm(state, payment, { captured: money(command.claimedCapturedMinor, payment.request.amount.currency), evidence: 'QUERY', at: Date.parse('2026-11-10T17:00:00Z') }) : [{ type: 'PaymentNoticeReceived', data }];`,
    caughtBy: ['I3', 'I7'],
  },
  {
    name: 'any amount will do',
    file: `${ORDER}/decide-payment.ts`,
    from: `if (report.capturedMinor !== request.amount.amountMinor)`,
    to: `if (report.capturedMinor < 0)`,
    caughtBy: ['I3'],
  },
  {
    name: 'late money is ignored',
    file: `${ORDER}/decide-payment.ts`,
    from: `  const late: OrderEvent = {`,
    to: `  if (state.end.kind === 'EXPIRED') return [];\n  const late: OrderEvent = {`,
    caughtBy: ['I3'],
    profile: 'open-pages',
  },
  {
    name: 'surplus payments are kept',
    file: `${ORDER}/plan-money-back.ts`,
    from: `if (surplus !== undefined) return`,
    to: `if (surplus !== undefined && state.orderId === '') return`,
    caughtBy: ['I7', 'I3', 'I1'],
    profile: 'open-pages',
  },
  {
    name: 'compensation while money is in doubt',
    file: `${ORDER}/plan-money-back.ts`,
    from: `state.payments.some(isInDoubt);`,
    to: `state.payments.length < 0 && state.payments.some(isInDoubt);`,
    caughtBy: ['I8'],
    profile: 'open-pages',
  },
  {
    name: '"never heard of it" is a no',
    file: `${ORDER}/plan-doubt.ts`,
    from: `return Math.max(lastSentAt, now - world.seenForMs(key)) + notFoundFinalAfterMs;`,
    to: `return Math.max(lastSentAt, now - world.seenForMs(key)) + 0 * notFoundFinalAfterMs;`,
    caughtBy: ['I8', 'I3'],
    profile: 'open-pages',
  },
  {
    name: 'unpaid orders expire without asking the gateway',
    file: `${ORDER}/plan-payment.ts`,
    from: `return state.payments.some((payment) => holdsUp(pass, payment, state.payBy)) ? null : decideStep({ type: 'ExpireOrder' });`,
    to: `return decideStep({ type: 'ExpireOrder' });`,
    caughtBy: ['I16', 'I8'],
  },
  {
    name: 'cancelled orders end without closing the payment',
    file: `${ORDER}/plan-payment.ts`,
    from: `return state.payments.some((payment) => holdsUp(pass, payment, since)) ? null : decideStep({ type: 'CancelOrder', cause: 'REQUESTED' });`,
    to: `return decideStep({ type: 'CancelOrder', cause: 'REQUESTED' });`,
    caughtBy: ['I16', 'I8'],
  },
  {
    name: 'a second page while the first is open',
    file: `${ORDER}/plan-payment.ts`,
    from: `if (state.payments.some((payment) => holdsUp(pass, payment, leftAt(payment)))) return null;`,
    to: `if (state.payments.some((payment) => holdsUp(pass, payment, leftAt(payment)) && payment.status !== 'OPEN')) return null;`,
    caughtBy: ['I8', 'defect'],
  },
  {
    name: 'every repeat of a request has a reference of its own',
    file: PAYMENTS,
    from: `  const body = {\n    reference,`,
    to: `  const body = {\n    reference: first ? reference : \`\${reference}9\`,`,
    caughtBy: ['I7', 'I3', 'I8', 'I1'],
  },
  {
    name: 'every sending of a refund has a reference of its own',
    file: PAYMENTS,
    from: `await gateway.refund({ reference, refundReference, amountMinor`,
    to: `await gateway.refund({ reference, refundReference: \`\${refundReference}\${outside.clock.now()}\`, amountMinor`,
    caughtBy: ['I3', 'I17', 'I1'],
  },
  {
    name: 'a refund returns what was returned before',
    file: `${ORDER}/state.ts`,
    from: `return (payment.captured?.amountMinor ?? 0) - sumMinor(ordered);`,
    to: `return (payment.captured?.amountMinor ?? 0) - 0 * sumMinor(ordered);`,
    caughtBy: ['I3', 'defect', 'I1', 'I19'],
  },
  {
    name: 'the call goes out before its intent is stored',
    file: `${ENGINE}/advance.ts`,
    from: `      if (!(await this.flush())) {\n        if (++conflicts > CONFLICTS_MAX) return { outcome: 'stuck', cause: 'CONTENDED' };\n        continue;\n      }\n`,
    to: ``,
    caughtBy: ['I1', 'I3', 'I7', 'I17', 'defect'],
  },
  {
    name: 'an append that lost the race is sent again without its fence',
    file: 'application/append-events.ts',
    from: `  return result;\n}\n`,
    to: `  return result.outcome === 'conflict' ? store.append(stream, result.actual, events) : result;\n}\n`,
    caughtBy: ['I4', 'I2', 'I16', 'I8', 'I7'],
  },
  {
    name: 'an unknown append counts as stored',
    file: 'application/append-events.ts',
    from: `  return result;\n}\n`,
    to: `  return result.outcome === 'unknown' ? { outcome: 'committed', revision: (expected === 'none' ? -1 : expected) + events.length, position: '', recordedAt: events[0]?.occurredAt ?? '' } : result;\n}\n`,
    caughtBy: ['I5', 'I4', 'I1', 'I8', 'I16'],
  },
  {
    name: 'an unknown append is not read back, and counts as lost',
    file: 'application/append-events.ts',
    from: `tried < APPEND_TRIES_MAX && result.outcome === 'unknown'; tried++) {`,
    to: `tried < APPEND_TRIES_MAX && result.outcome === 'unknown'; tried++) {\n    if (tried > 0) return { outcome: 'conflict', actual: expected };`,
    caughtBy: ['I6', 'I13', 'I17', 'I8', 'I16', 'I2', 'I9', 'defect'],
  },
  {
    name: 'events of one batch are not chained to each other',
    file: 'application/handle-command.ts',
    from: `previous = chainHash(previous, stream,`,
    to: `previous = chainHash(before.hash, stream,`,
    caughtBy: ['I4'],
  },
  {
    name: 'the engine does not say what caused its events',
    file: `${ENGINE}/advance.ts`,
    from: `causationId: this.folded.lastEventId,`,
    to: `causationId: '',`,
    caughtBy: ['I4', 'defect'],
  },
  {
    name: 'timers are lost',
    file: `${ENGINE}/wake-index.ts`,
    from: `if (dueAt !== null) this.push({ dueAt, id });`,
    to: `if (dueAt !== null && waitsFor.length > 0) this.push({ dueAt, id });`,
    caughtBy: ['I1'],
  },
  {
    name: 'the wall clock is believed',
    file: 'application/store-clock.ts',
    from: `return Math.round(this.runtime.monotonicMs() + this.offsetMs);`,
    to: `return Math.round(this.runtime.wallMs());`,
    caughtBy: ['I13'],
  },
  {
    name: 'after a dropped subscription the engine begins at the end of the log',
    file: 'application/run-engine.ts',
    from: `subscribe({ after: this.position, streamPrefixes, signal })`,
    to: `subscribe({ after: this.position === null ? null : await this.kit.store.head(), streamPrefixes, signal })`,
    caughtBy: ['I1'],
  },
  {
    name: 'the wake snapshot forgets what is being worked on',
    file: 'application/run-engine.ts',
    from: `const entries = [...this.wakes.all().filter(({ id }) => !busyIds.has(id)), ...busy];`,
    to: `const entries = this.wakes.all().filter(({ id }) => !busyIds.has(id));`,
    caughtBy: ['I1'],
  },
  {
    name: 'the checkpoint is written before the rows',
    file: 'application/projections/track.ts',
    from: `      await readModels.write(this.generation, { rows: fold.writes, checkpoint: target, ...(park.length > 0 && { park }) });`,
    to: `      await readModels.write(this.generation, { rows: [], checkpoint: target });\n      await readModels.write(this.generation, { rows: fold.writes, checkpoint: target, ...(park.length > 0 && { park }) });`,
    caughtBy: ['I10', 'I21', 'I12'],
  },
  {
    name: 'gaps of a subscription are not noticed',
    file: 'application/projections/continuity.ts',
    from: `return revision > last + 1 ? last + 1 : null;`,
    to: `return revision > last + 1_000 ? last + 1 : null;`,
    caughtBy: ['I10', 'I21', 'I12'],
  },
  {
    name: 'the outbox settles before it has sent',
    file: 'application/outbox/settled.ts',
    from: `const entry = { position, open };`,
    to: `const entry = { position, open: 0 * open };`,
    caughtBy: ['I12'],
  },
  {
    name: 'a key that was used for another order is taken',
    file: 'application/commands/submit-order.ts',
    from: `if (order.state.submitted.requestFingerprint !== fingerprint) return`,
    to: `if (order.state.submitted.requestFingerprint === '') return`,
    caughtBy: ['I6'],
  },
  {
    name: 'every click is an order',
    file: 'application/commands/submit-order.ts',
    from: `const orderId = orderIdFor(caller.clientId, input.idempotencyKey);`,
    to: `const orderId = orderIdFor(caller.clientId, input.idempotencyKey + this.kit.commands.clock.now());`,
    caughtBy: ['I6', 'I5'],
  },
  {
    name: 'instruments are stored in plain text',
    file: 'application/order-secrets.ts',
    from: `instrument: keyring.seal(instrument, orderContext(orderId))`,
    to: `instrument: { ...keyring.seal(instrument, orderContext(orderId)), kid: instrument }`,
    caughtBy: ['I14'],
  },
  {
    name: 'an order that ended keeps the cards it held',
    file: `${ORDER}/plan-cards.ts`,
    from: `if (lettingGo(state) && undelivered(state).length > 0) return`,
    to: `if (lettingGo(state) && undelivered(state).length > 9) return`,
    caughtBy: ['I9'],
  },
  {
    name: 'orders are delivered before they are paid',
    file: `${ORDER}/plan-cards.ts`,
    from: `(state.paidAt !== undefined && !lettingGo(state) && allSecured(state) ?`,
    to: `(!lettingGo(state) && allSecured(state) ?`,
    caughtBy: ['I3', 'defect'],
  },
  {
    name: 'the deadline is half the time',
    file: `${ORDER}/plan-cards.ts`,
    from: `!deadlinePassed(pass, state.deliverBy)`,
    to: `!deadlinePassed(pass, state.deliverBy - 240_000)`,
    caughtBy: ['I13'],
  },
  {
    name: 'orders expire a minute early',
    file: `${ORDER}/plan-payment.ts`,
    from: `state.paidAt !== undefined || !deadlinePassed(pass, state.payBy)) return null;`,
    to: `state.paidAt !== undefined || !deadlinePassed(pass, state.payBy - 60_000)) return null;`,
    caughtBy: ['I13', 'I16'],
  },
  {
    name: 'a release is only noted by a card that was claimed',
    file: 'domain/card/decide.ts',
    from: `  const { skuId, batchId } = state;\n  const available = claimed`,
    to: `  if (!claimed) return [];\n  const { skuId, batchId } = state;\n  const available = claimed`,
    caughtBy: ['I9', 'I2'],
  },
  {
    name: 'a refused refund counts as done',
    file: `${ORDER}/decide-refund.ts`,
    from: `      if (!answer.definite && !ofOpenSending) return [];`,
    to: `      if (answer.definite) return returned(state, refund);\n      if (!answer.definite && !ofOpenSending) return [];`,
    caughtBy: ['I3'],
  },
  {
    name: 'a pending refund counts as done',
    file: `${ORDER}/decide-refund.ts`,
    from: `return status === 'PENDING' ? [] : [ask('PENDING')];`,
    to: `return returned(state, refund);`,
    caughtBy: ['I3'],
  },
  {
    name: 'a timed-out refund counts as not done',
    file: PAYMENTS,
    from: `    case 'unknown':\n      return { kind: 'UNKNOWN', cause: answer.cause };\n  }\n}\n\nfunction request(`,
    to: `    case 'unknown':\n      return { kind: 'NOT_DONE', code: answer.cause, retryAt: retryAt(undefined) };\n  }\n}\n\nfunction request(`,
    caughtBy: ['I17', 'I3', 'I1'],
  },
  {
    name: 'a timed-out payment counts as not done',
    file: PAYMENTS,
    from: `    case 'unknown':\n      return { kind: 'UNKNOWN', cause: answer.cause };\n  }\n}\n\nfunction classifyRefund(`,
    to: `    case 'unknown':\n      return { kind: 'NOT_DONE', code: answer.cause, retryAt: retryAt(undefined) };\n  }\n}\n\nfunction classifyRefund(`,
    caughtBy: ['I8', 'I3', 'I7'],
  },
  {
    name: 'a declined payment is not watched',
    file: `${ORDER}/plan-payment.ts`,
    from: `return payment.status === 'DECLINED' ? watchDeclined(pass, payment, gateway) : null;`,
    to: `return payment.status === 'DECLINED' && payment.noticePending ? watchDeclined(pass, payment, gateway) : null;`,
    caughtBy: ['I3', 'I8', 'I16'],
  },
  {
    name: 'two engines act under one name',
    file: 'application/run-engine.ts',
    from: `this.session = kit.runtime.newId();`,
    to: `this.session = 'engine';`,
    caughtBy: ['I1', 'I17', 'I8', 'defect'],
  },
];

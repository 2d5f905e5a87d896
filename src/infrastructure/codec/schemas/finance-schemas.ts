import { z } from 'zod';
import { type Account, accountNames } from '../../../domain/ledger/accounts';
import { count, id, money, sha256, text, time } from '../shapes';

/** Movements of a whole day, of all orders together: within what doubles count exactly. */
const sumMinor = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const TOTALS_MAX = 5_000;

const day = z.iso.date();
const currency = z.string().regex(/^[A-Z]{3}$/);
const total = z.strictObject({
  account: z.enum(accountNames as [Account, ...Account[]]),
  party: id.exactOptional(),
  currency,
  debitMinor: sumMinor,
  creditMinor: sumMinor,
});

export const closingSchemas = {
  DayCloseOrdered: z.strictObject({ day, timeZone: id, endsAt: time }),
  DayClosed: z.strictObject({ day, endsAt: time, totals: z.array(total).max(TOTALS_MAX), entries: count, late: count, position: id }),
};

export const voucherSchemas = {
  MoneyBooked: z.strictObject({
    kind: z.enum(['CHANNEL_TOPPED_UP', 'GATEWAY_PAID_OUT', 'GATEWAY_FEE', 'SUPPLIER_PAID', 'DISPUTE_REPAID']),
    party: id,
    amount: money,
    document: text,
  }),
};

/** Two captures, or all cards of a purchase: a sum of amounts. */
const said = z.strictObject({ amountMinor: sumMinor, currency: text.exactOptional(), units: count.exactOptional() });
const CARRIED_MAX = 2_000;

export const discrepancySchemas = {
  DiscrepancyFound: z.strictObject({
    party: id,
    kind: z.enum(['PAYMENT', 'REFUND', 'PURCHASE']),
    reference: id,
    problem: z.enum(['NOT_BOOKED', 'NOT_ON_STATEMENT', 'AMOUNT', 'UNITS', 'CURRENCY']),
    ours: said.exactOptional(),
    theirs: said.exactOptional(),
    day,
    statementId: id,
  }),
  DiscrepancyExplained: z.strictObject({ explanation: text }),
  DiscrepancySettled: z.strictObject({ cause: z.enum(['MATCHED', 'PERSON']), statementId: id.exactOptional() }),
};

export const statementSchemas = {
  StatementReconciled: z.strictObject({
    side: z.enum(['gateway', 'channel']),
    party: id,
    day,
    cumulative: z.boolean(),
    source: text,
    contentHash: sha256,
    lines: count,
    matched: count,
    differing: count,
    settled: count,
    carried: z.array(id).max(CARRIED_MAX),
  }),
};

const ended = z.strictObject({ gatewayId: id, amount: money });

export const chargebackSchemas = {
  ChargebackOpened: z.strictObject({ gatewayId: id, caseId: id, orderId: id, reference: id, amount: money }),
  ChargebackEvidenceSent: z.strictObject({ evidenceHash: sha256 }),
  ChargebackWon: ended,
  ChargebackLost: ended,
};

import { z } from 'zod';
import { type Account, accountNames } from '../../../domain/ledger/accounts';
import { count, id, money, text, time } from '../shapes';

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

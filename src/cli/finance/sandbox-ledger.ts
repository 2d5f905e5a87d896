import { z } from 'zod';
import type { StatementLine } from '../../application/finance/statement';
import { Refused } from '../exit';

const reference = z.string().min(1).max(256);
const minor = z.int().min(0).max(1_000_000_000_000);
const at = z.iso.datetime();
const ledger = z.object({
  payments: z.array(z.object({ reference, capturedMinor: minor, currency: z.string(), at })),
  refunds: z.array(z.object({ refundReference: reference, amountMinor: minor, status: z.string(), at })),
  purchases: z.array(z.object({ requestId: reference, codeHashes: z.array(z.string()), unitCostMinor: minor, status: z.string(), at })),
});

/** What `GET /ledger` of a sandbox says, as a statement of everything. Throws Refused. */
export function linesOfLedger(json: unknown): readonly StatementLine[] {
  const read = ledger.safeParse(json);
  if (!read.success) throw new Refused('LEDGER_UNREADABLE', { place: read.error.issues[0]?.path.join('.') ?? 'not an object' });
  const { payments, refunds, purchases } = read.data;
  const taken = payments.filter(({ capturedMinor }) => capturedMinor > 0);
  const returned = refunds.filter(({ status }) => status === 'REFUNDED');
  return [
    ...taken.map((line): StatementLine => ({ ...line, kind: 'PAYMENT', amountMinor: line.capturedMinor })),
    ...returned.map((line): StatementLine => ({ kind: 'REFUND', reference: line.refundReference, amountMinor: line.amountMinor, at: line.at })),
    ...purchases.flatMap(({ requestId, codeHashes, unitCostMinor, status, at }): readonly StatementLine[] => {
      // A purchase that was completed without a card is a top-up of one unit.
      const units = codeHashes.length === 0 && status === 'COMPLETED' ? 1 : codeHashes.length;
      return units === 0 ? [] : [{ kind: 'PURCHASE', reference: requestId, amountMinor: units * unitCostMinor, units, at }];
    }),
  ];
}

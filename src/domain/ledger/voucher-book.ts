import type { VoucherEvent, VoucherKind } from '../voucher/events';
import { move, type Place, type Posting } from './posting';

/** What each kind of voucher debits and credits. */
const SIDES: Readonly<Record<VoucherKind, (party: string) => readonly [debit: Place, credit: Place]>> = {
  CHANNEL_TOPPED_UP: (party) => [{ account: 'channel', party }, { account: 'bank' }],
  GATEWAY_PAID_OUT: (party) => [{ account: 'bank' }, { account: 'gateway', party }],
  GATEWAY_FEE: (party) => [
    { account: 'gatewayFees', party },
    { account: 'gateway', party },
  ],
  SUPPLIER_PAID: () => [{ account: 'suppliers' }, { account: 'bank' }],
  DISPUTE_REPAID: (party) => [
    { account: 'channel', party },
    { account: 'disputed', party },
  ],
};

export function bookVoucher({ data: { kind, party, amount } }: VoucherEvent): readonly Posting[] {
  const [debit, credit] = SIDES[kind](party);
  return move(debit, credit, amount);
}

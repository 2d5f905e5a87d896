import type { Decider } from '../kernel/decider';
import { reject, type Rejection } from '../kernel/rejection';
import { sameMoney } from '../kernel/money';
import type { VoucherEvent } from './events';

export interface VoucherState {
  readonly booked?: VoucherEvent['data'];
}

export type VoucherCommand = { readonly type: 'BookMoney' } & VoucherEvent['data'];
export type VoucherRejection = Rejection<'DOCUMENT_BOOKED_OTHERWISE'>;

/**
 * GIVEN a paper, named by its kind, party and number
 * WHEN  a person books it
 * THEN  its money is in the ledger, once · ALREADY SO when it was booked with this amount
 * REJECTED DOCUMENT_BOOKED_OTHERWISE when it was booked with another amount
 */
export const voucher: Decider<VoucherCommand, VoucherEvent, VoucherState, VoucherRejection> = {
  initial: () => ({}),
  evolve: (_state, { data }) => ({ booked: data }),
  decide: ({ type: _type, ...data }, { booked }) => {
    if (booked === undefined) return [{ type: 'MoneyBooked', data }];
    return sameMoney(booked.amount, data.amount) ? [] : reject('DOCUMENT_BOOKED_OTHERWISE', { amountMinor: booked.amount.amountMinor });
  },
};

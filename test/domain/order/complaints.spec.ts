import { choicesOf } from '../../../src/domain/order/actions';
import { COMPLAINTS_PER_ORDER_MAX, openComplaints } from '../../../src/domain/order/complaints';
import { order as decider } from '../../../src/domain/order/decide';
import type { OrderEvent } from '../../../src/domain/order/events';
import { deliveredOrder, given, paidOrder, reviewOpened, submitted, submittedState, T0 } from '../../support/given';

const order = given(decider);
const complained = (n = 1): OrderEvent => ({ type: 'ComplaintOpened', data: { subject: `complaint:${n}`, about: 'REFUND', text: 'where is it' } });
const opened = (n = 1): readonly OrderEvent[] => [complained(n), { type: 'ReviewOpened', data: { subject: `complaint:${n}`, cause: 'COMPLAINT' } }];
const resolvedAs = (subject: string, outcome: 'UPHELD' | 'REJECTED'): readonly OrderEvent[] => [
  { type: 'ComplaintResolved', data: { subject, outcome } },
  { type: 'ReviewResolved', data: { subject, resolution: 'PERSON' } },
];
const complain = { type: 'OpenComplaint', about: 'REFUND', text: 'where is it' } as const;
const resolve = (subject: string, outcome: 'UPHELD' | 'REJECTED' = 'UPHELD') => ({ type: 'ResolveComplaint', subject, outcome }) as const;

describe('a complaint', () => {
  it('waits for a person under a subject of its own, one at a time about the same', () => {
    order(submitted())
      .when(complain)
      .then(...opened());
    order(submitted(), ...opened())
      .when(complain)
      .rejects('COMPLAINT_OPEN');
    order(submitted(), ...opened())
      .when({ ...complain, about: 'DELIVERY' })
      .thenTypes('ComplaintOpened', 'ReviewOpened');
    order(submitted(), ...opened(), ...resolvedAs('complaint:1', 'REJECTED'))
      .when(complain)
      .then(...opened(2));
  });

  it(`is made ${COMPLAINTS_PER_ORDER_MAX} times and no more`, () => {
    const all = Array.from({ length: COMPLAINTS_PER_ORDER_MAX }, (_, at) => [...opened(at + 1), ...resolvedAs(`complaint:${at + 1}`, 'REJECTED')]);
    order(submitted(), ...all.flat())
      .when(complain)
      .rejects('TOO_MANY_COMPLAINTS');
  });

  it('is answered once, and its review with it', () => {
    order(submitted(), ...opened())
      .when(resolve('complaint:1'))
      .then(...resolvedAs('complaint:1', 'UPHELD'));
    order(submitted(), ...opened(), ...resolvedAs('complaint:1', 'UPHELD'))
      .when(resolve('complaint:1'))
      .isAlreadySo();
    order(submitted()).when(resolve('complaint:1')).rejects('COMPLAINT_NOT_FOUND');
  });

  it('may be answered after its review was called over, which said nothing of how it came out', () => {
    const over: OrderEvent = { type: 'ReviewResolved', data: { subject: 'complaint:1', resolution: 'PERSON' } };
    const state = submittedState(submitted(), ...opened(), over);
    expect(state.complaints).toMatchObject([{ subject: 'complaint:1', resolvedAt: expect.any(Number) as number }]);
    expect(state.complaints[0]?.outcome).toBeUndefined();
    order(submitted(), ...opened(), over)
      .when(resolve('complaint:1', 'REJECTED'))
      .then({ type: 'ComplaintResolved', data: { subject: 'complaint:1', outcome: 'REJECTED' } });
  });

  it('is what a reported card is too, and open anew when it is reported again', () => {
    const reported: readonly OrderEvent[] = [{ type: 'CardReported', data: { cardId: 'card-a', problem: 'used' } }, reviewOpened('card:card-a')];
    const state = submittedState(...deliveredOrder(), ...reported);
    expect(openComplaints(state)).toMatchObject([{ subject: 'card:card-a', about: 'CODE' }]);
    order(...deliveredOrder(), ...reported)
      .when(resolve('card:card-a', 'REJECTED'))
      .then(...resolvedAs('card:card-a', 'REJECTED'));
    const again = submittedState(...deliveredOrder(), ...reported, ...resolvedAs('card:card-a', 'REJECTED'), ...reported);
    expect(again.complaints).toMatchObject([{ subject: 'card:card-a', about: 'CODE' }]);
    expect(openComplaints(again)).toHaveLength(1);
  });

  it('offers the desk the money back where there is any, and to reject it', () => {
    expect(choicesOf(submittedState(submitted(), ...opened()), 'complaint:1', T0)).toEqual(['DISMISS']);
    expect(choicesOf(submittedState(...paidOrder(), ...opened()), 'complaint:1', T0)).toEqual(['REFUND', 'DISMISS']);
  });
});

import type { Decider } from '../kernel/decider';
import { reject, type Rejection } from '../kernel/rejection';
import type { NoticeEvent, QuarantinedNotice } from './events';

/** A wrong match changes nothing, so it may be put right; a person who tries every order there is may not. */
export const NOTICE_MATCHES_MAX = 5;

export interface NoticeState {
  readonly quarantined?: QuarantinedNotice;
  /** The payment that a person bound it to last. */
  readonly matchedTo?: string;
  readonly matches: number;
}

export type NoticeCommand =
  | ({ readonly type: 'QuarantineNotice' } & QuarantinedNotice)
  | { readonly type: 'MatchNotice'; readonly orderId: string; readonly reference: string; readonly gatewayId: string };

export type NoticeRejection = Rejection<'NOTICE_NOT_FOUND' | 'NOTICE_OF_OTHER_GATEWAY' | 'NOTICE_MATCHED_TOO_OFTEN'>;

/**
 * GIVEN a notice in quarantine
 * WHEN  a person binds it to a payment
 * THEN  that is a fact; what the notice claims is still to be asked of its gateway
 * REJECTED NOTICE_NOT_FOUND · NOTICE_OF_OTHER_GATEWAY when that payment is at another one · NOTICE_MATCHED_TOO_OFTEN
 * ALREADY SO when it is bound to that payment
 */
function match(command: Extract<NoticeCommand, { type: 'MatchNotice' }>, state: NoticeState): readonly NoticeEvent[] | NoticeRejection {
  const { orderId, reference, gatewayId } = command;
  if (state.quarantined === undefined) return reject('NOTICE_NOT_FOUND');
  if (state.quarantined.gatewayId !== gatewayId) return reject('NOTICE_OF_OTHER_GATEWAY', { gatewayId: state.quarantined.gatewayId });
  if (state.matchedTo === reference) return [];
  if (state.matches >= NOTICE_MATCHES_MAX) return reject('NOTICE_MATCHED_TOO_OFTEN', { most: NOTICE_MATCHES_MAX });
  return [{ type: 'NoticeMatched', data: { gatewayId, orderId, reference } }];
}

/** The stream is named by the notice's content, so a repeat is already so. */
export const notice: Decider<NoticeCommand, NoticeEvent, NoticeState, NoticeRejection> = {
  initial: () => ({ matches: 0 }),
  evolve: (state, { type, data }) =>
    type === 'NoticeMatched' ? { ...state, matchedTo: data.reference, matches: state.matches + 1 } : { ...state, quarantined: data },
  decide: (command, state) => {
    if (command.type === 'MatchNotice') return match(command, state);
    const { type: _type, ...data } = command;
    return state.quarantined === undefined ? [{ type: 'NoticeQuarantined', data }] : [];
  },
};

import type { Decider } from '../kernel/decider';
import type { Rejection } from '../kernel/rejection';
import type { NoticeEvent } from './events';

export interface NoticeState {
  readonly quarantined: boolean;
}

export type NoticeCommand = { readonly type: 'QuarantineNotice' } & NoticeEvent['data'];

/** The stream is named by the notice's content, so a repeat is already so. */
export const notice: Decider<NoticeCommand, NoticeEvent, NoticeState, Rejection<never>> = {
  initial: () => ({ quarantined: false }),
  evolve: () => ({ quarantined: true }),
  decide: ({ type: _type, ...data }, state) => (state.quarantined ? [] : [{ type: 'NoticeQuarantined', data }]),
};

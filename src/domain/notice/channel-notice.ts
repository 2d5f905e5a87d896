import type { Decider } from '../kernel/decider';
import type { Rejection } from '../kernel/rejection';

/**
 * A callback of a channel that fits no order, kept as evidence. These names and shapes are stored for ever. The raw body is not
 * stored, for it may hold codes: its hash, and the facts that were read from it.
 */
export type ChannelNoticeEvent = {
  readonly type: 'ChannelNoticeQuarantined';
  readonly data: {
    readonly channelId: string;
    readonly noticeId: string;
    readonly cause: 'UNKNOWN_ORDER' | 'OTHER_CHANNEL' | 'UNREADABLE';
    readonly bodyHash: string;
    readonly requestId?: string;
    readonly claimedStatus?: string;
    /** How many cards it names. */
    readonly claimedCards?: number;
    readonly claimedUnitCostMinor?: number;
    readonly currency?: string;
  };
};

export interface ChannelNoticeState {
  readonly quarantined: boolean;
}

export type ChannelNoticeCommand = { readonly type: 'QuarantineChannelNotice' } & ChannelNoticeEvent['data'];

/** The stream is named by the notice's content, so a repeat is already so. */
export const channelNotice: Decider<ChannelNoticeCommand, ChannelNoticeEvent, ChannelNoticeState, Rejection<never>> = {
  initial: () => ({ quarantined: false }),
  evolve: () => ({ quarantined: true }),
  decide: ({ type: _type, ...data }, state) => (state.quarantined ? [] : [{ type: 'ChannelNoticeQuarantined', data }]),
};

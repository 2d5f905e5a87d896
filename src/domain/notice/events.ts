/** A callback that fits no order, kept as evidence. The raw body is not stored: its hash, and the facts that were read from it. */
export type NoticeEvent = {
  readonly type: 'NoticeQuarantined';
  readonly data: {
    readonly gatewayId: string;
    readonly noticeId: string;
    readonly cause: 'UNKNOWN_ORDER' | 'FOREIGN_MERCHANT' | 'UNREADABLE' | 'OTHER_GATEWAY';
    readonly bodyHash: string;
    readonly reference?: string;
    readonly claimedStatus?: string;
    readonly claimedCapturedMinor?: number;
    readonly currency?: string;
  };
};

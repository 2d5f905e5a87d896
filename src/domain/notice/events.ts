/** These names and shapes are stored for ever. */
export type NoticeEvent =
  /** A callback that fits no order, kept as evidence. The raw body is not stored: its hash, and the facts that were read from it. */
  | {
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
    }
  /** A person says which payment it is about. The gateway is asked about that payment; the notice itself proves nothing. */
  | { readonly type: 'NoticeMatched'; readonly data: { readonly gatewayId: string; readonly orderId: string; readonly reference: string } };

export type QuarantinedNotice = Extract<NoticeEvent, { type: 'NoticeQuarantined' }>['data'];

import type { Money } from '../kernel/money';

/** A buyer's bank takes money back through the gateway. These names and shapes are stored for ever. */
export type ChargebackEvent =
  | {
      readonly type: 'ChargebackOpened';
      readonly data: {
        readonly gatewayId: string;
        /** What the gateway calls the case. */
        readonly caseId: string;
        readonly orderId: string;
        /** The payment that is taken back. */
        readonly reference: string;
        readonly amount: Money;
      };
    }
  /** SHA-256 of what was sent, lower-case hex. */
  | { readonly type: 'ChargebackEvidenceSent'; readonly data: { readonly evidenceHash: string } }
  | { readonly type: 'ChargebackWon'; readonly data: { readonly gatewayId: string; readonly amount: Money } }
  | { readonly type: 'ChargebackLost'; readonly data: { readonly gatewayId: string; readonly amount: Money } };

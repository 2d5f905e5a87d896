import type { Money } from '../kernel/money';
import type { Sealed } from '../kernel/sealed';

/** Where a card stands that no order holds. `from` tells whoever counts cards where one was before. */
export type UnclaimedStatus = 'AVAILABLE' | 'QUARANTINED' | 'VOIDED';

export type QuarantineCause = 'REVEALED_THEN_REFUNDED' | 'REPORTED' | 'SEAL_BROKEN' | 'PERSON';

/** These names and shapes are stored for ever. A card's text is here only as ciphertext, sealed under card id and SKU. */
export type CardEvent =
  | {
      readonly type: 'CardStocked';
      readonly data: {
        readonly skuId: string;
        readonly batchId: string;
        readonly sealed: Sealed;
        readonly fingerprint: string;
        readonly cost?: Money;
        /** The channel that sold it; its batch is then that purchase. */
        readonly channelId?: string;
        /** From here on it is worth nothing. ISO-8601 UTC; never, when it is not there. */
        readonly expiresAt?: string;
      };
    }
  | {
      readonly type: 'CardClaimed';
      readonly data: {
        readonly skuId: string;
        readonly batchId: string;
        readonly orderId: string;
        readonly reservation: number;
        /** The purchase that it was born of: it never was in the pool. */
        readonly requestId?: string;
      };
    }
  /** Stands also on cards that were never claimed, so that a late claim of this reservation conflicts. `claimed`: this reservation held it; `available`: nobody holds it now. */
  | {
      readonly type: 'CardReleased';
      readonly data: {
        readonly skuId: string;
        readonly batchId: string;
        readonly orderId: string;
        readonly reservation: number;
        readonly claimed: boolean;
        readonly available: boolean;
      };
    }
  | {
      readonly type: 'CardQuarantined';
      readonly data: {
        readonly skuId: string;
        readonly batchId: string;
        readonly from: UnclaimedStatus;
        readonly cause: QuarantineCause;
      };
    }
  | {
      readonly type: 'CardVoided';
      readonly data: { readonly skuId: string; readonly batchId: string; readonly from: UnclaimedStatus; readonly cause: string };
    }
  /** Out of quarantine, for sale again. */
  | { readonly type: 'CardRestocked'; readonly data: { readonly skuId: string; readonly batchId: string } }
  /** The same text, sealed under another key: from here on this one is opened. */
  | { readonly type: 'CardResealed'; readonly data: { readonly skuId: string; readonly batchId: string; readonly sealed: Sealed } }
  /** Its code left the shop in plain text, with this export; who took it and why is beside it. */
  | { readonly type: 'CardExported'; readonly data: { readonly skuId: string; readonly batchId: string; readonly exportId: string } }
  /** Nobody bought it in time. */
  | { readonly type: 'CardExpired'; readonly data: { readonly skuId: string; readonly batchId: string } };

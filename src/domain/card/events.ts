import type { Money } from '../kernel/money';
import type { Sealed } from '../kernel/sealed';

/** These names and shapes are stored for ever. A card's text is here only as ciphertext, sealed under card id and SKU. */
export type CardEvent =
  | { readonly type: 'CardStocked'; readonly data: { readonly skuId: string; readonly batchId: string; readonly sealed: Sealed; readonly fingerprint: string; readonly cost?: Money } }
  | { readonly type: 'CardClaimed'; readonly data: { readonly skuId: string; readonly batchId: string; readonly orderId: string; readonly reservation: number } }
  /** Stands also on cards that were never claimed, so that a late claim of this reservation conflicts; `claimed` tells them apart. */
  | { readonly type: 'CardReleased'; readonly data: { readonly skuId: string; readonly batchId: string; readonly orderId: string; readonly reservation: number; readonly claimed: boolean } }
  | { readonly type: 'CardQuarantined'; readonly data: { readonly skuId: string; readonly batchId: string; readonly cause: 'REVEALED_THEN_REFUNDED' | 'SEAL_BROKEN' | 'PERSON' } }
  | { readonly type: 'CardVoided'; readonly data: { readonly skuId: string; readonly batchId: string; readonly cause: string } };

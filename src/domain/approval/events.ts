import type { Actor } from '../kernel/event';
import type { Money } from '../kernel/money';

/** What one person may not do alone. These names and shapes are stored for ever. */
export type ApprovalAction = 'CONFIRM_PAYMENT' | 'BULK_REFUND' | 'EXPORT_CODES' | 'DESTROY_KEY' | 'ERASE_BUYER';

export interface RequestedApproval {
  readonly action: ApprovalAction;
  /** What it is about: an order, a job's filter, a batch, a key. Never a secret. */
  readonly subject: string;
  /** Keyed digest of the whole request: what was approved is what is done, to the letter. */
  readonly digest: string;
  readonly requestedBy: Actor;
  /** How much is at stake, where that is money. */
  readonly amount?: Money;
  /** How many orders, codes or cards. */
  readonly count?: number;
  readonly expiresAt: string;
}

export type ApprovalEvent =
  | { readonly type: 'ApprovalRequested'; readonly data: RequestedApproval }
  | { readonly type: 'ApprovalGranted'; readonly data: { readonly by: Actor } }
  | { readonly type: 'ApprovalDeclined'; readonly data: { readonly by: Actor } }
  /** The request was carried out, which happens once. */
  | { readonly type: 'ApprovalUsed'; readonly data: { readonly by: Actor } };

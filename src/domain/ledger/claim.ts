export type ClaimKind = 'PAYMENT' | 'REFUND' | 'PURCHASE';

/** What the shop says that a gateway or channel has done: what its statement must say too. Amounts are minor units. */
export interface Claim {
  readonly kind: ClaimKind;
  /** The gateway or channel. */
  readonly party: string;
  /** Payment reference, refund reference or request id. */
  readonly reference: string;
  /** Captured on the payment, returned by the refund, or charged for the goods that came. */
  readonly amountMinor: number;
  readonly currency: string;
  /** Of a purchase: cards, and units of a receipt. */
  readonly units?: number;
  /** Of a purchase: what one unit cost. */
  readonly unitMinor?: number;
  /** Of a purchase: what it may have charged besides, for what never came. */
  readonly disputedMinor?: number;
  readonly transactionId?: string;
  /** When it was last seen to grow. ISO-8601 UTC. */
  readonly at: string;
}

export const atParty = (claims: readonly Claim[], kind: ClaimKind, reference: string): Claim | undefined =>
  claims.find((claim) => claim.kind === kind && claim.reference === reference);

/** What a gateway or channel must say that it did, by what the book of one stream knows. */
export const claimsOf = ({ order }: { readonly order: { readonly claims: readonly Claim[] } | null }): readonly Claim[] => order?.claims ?? [];

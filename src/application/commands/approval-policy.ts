/** From which amount on one person is not enough (minor units, of whichever currency); null: one is enough. */
export interface ApprovalPolicy {
  readonly confirmPaymentAboveMinor: number | null;
  readonly bulkRefundAboveMinor: number | null;
  /** How long a request may be approved of and carried out. Milliseconds. */
  readonly validForMs: number;
}

export const defaultApprovalPolicy: ApprovalPolicy = { confirmPaymentAboveMinor: 100_000, bulkRefundAboveMinor: 100_000, validForMs: 86_400_000 };

/** One row per payment, refund and purchase that the server knows: what is true, whatever it answered. Times are ISO-8601 UTC of the last change. */
export interface Ledger {
  readonly payments: readonly {
    reference: string;
    amountMinor: number;
    capturedMinor: number;
    refundedMinor: number;
    currency: string;
    status: string;
    transactionId: string | null;
    at: string;
  }[];
  readonly refunds: readonly { refundReference: string; reference: string; amountMinor: number; status: string; at: string }[];
  readonly purchases: readonly {
    requestId: string;
    product: string;
    /** Lower-case hex SHA-256 of the UTF-8 of each code that was handed over. */
    codeHashes: readonly string[];
    unitCostMinor: number;
    /** Of the price that was asked for; XXX where nothing was. */
    currency: string;
    status: string;
    at: string;
  }[];
}

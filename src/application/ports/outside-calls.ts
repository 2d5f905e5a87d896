/** One call that leaves the process: to whom, and what for. `id` names a gateway or channel of the shop, never an order. */
export interface OutsideCall {
  readonly side: 'gateway' | 'channel';
  readonly id: string;
  /** Such as `request`, `query`, `close`, `refund`, `purchase`, `cancel`. */
  readonly call: string;
}

/** Hears of every outside call while it is under way, and how it ended. Whatever performs calls runs them in here. */
export interface OutsideCalls {
  /** Runs the call and returns its very answer. An answer's `outcome` is counted; a rejection passes through. `traceparent` is for the other side. */
  watch<Answer extends { readonly outcome: string }>(about: OutsideCall, run: (traceparent: string | undefined) => Promise<Answer>): Promise<Answer>;
}

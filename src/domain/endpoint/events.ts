/**
 * What people want told again to an endpoint that hears of orders and incidents. These names and shapes are stored for ever. What was
 * sent, and what was not, is no event: the place of the outbox says it.
 */
export type EndpointEvent = {
  readonly type: 'ResendRequested';
  readonly data: {
    /** As the configuration names it. */
    readonly endpointId: string;
    /** Everything of this order, also what was sent; else what is still undelivered. */
    readonly orderId?: string;
  };
};

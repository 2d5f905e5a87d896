import type { CallOptions, Gateways, PaymentGateway } from './ports/gateway';
import type { OutsideCalls } from './ports/outside-calls';

/** The same gateways, each of whose calls is watched. */
export function watchedGateways(gateways: Gateways, calls: OutsideCalls): Gateways {
  const watched = new WeakMap<PaymentGateway, PaymentGateway>();
  return {
    find(gatewayId) {
      const gateway = gateways.find(gatewayId);
      if (gateway === undefined) return undefined;
      const known = watched.get(gateway) ?? watch(gatewayId, gateway, calls);
      watched.set(gateway, known);
      return known;
    },
  };
}

const traced = (options: CallOptions, traceparent: string | undefined): CallOptions =>
  traceparent === undefined ? options : { ...options, traceparent };

function watch(id: string, gateway: PaymentGateway, calls: OutsideCalls): PaymentGateway {
  const about = (call: string) => ({ side: 'gateway', id, call }) as const;
  return {
    flags: gateway.flags,
    notFoundFinalAfterSeconds: gateway.notFoundFinalAfterSeconds,
    merchantId: gateway.merchantId,
    noticeAccepted: gateway.noticeAccepted,
    request: (payment, options) => calls.watch(about('request'), (trace) => gateway.request(payment, traced(options, trace))),
    query: (reference, options) => calls.watch(about('query'), (trace) => gateway.query(reference, traced(options, trace))),
    close: (reference, options) => calls.watch(about('close'), (trace) => gateway.close(reference, traced(options, trace))),
    refund: (refund, options) => calls.watch(about('refund'), (trace) => gateway.refund(refund, traced(options, trace))),
    queryRefund: (refund, options) => calls.watch(about('queryRefund'), (trace) => gateway.queryRefund(refund, traced(options, trace))),
    verifyNotice: (notice) => gateway.verifyNotice(notice),
  };
}

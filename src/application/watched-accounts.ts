import type { Channels, IssuingChannel } from './ports/channel';
import type { Gateways, PaymentGateway } from './ports/gateway';
import type { CallOptions } from './ports/outside-call';
import type { OutsideCall, OutsideCalls } from './ports/outside-calls';

type Watch = <Answer extends { readonly outcome: string }>(
  call: string,
  options: CallOptions,
  send: (options: CallOptions) => Promise<Answer>,
) => Promise<Answer>;

/** The same accounts, found by the same ids, each wrapped once. */
function watched<Account extends object>(
  accounts: { find(id: string): Account | undefined },
  side: OutsideCall['side'],
  calls: OutsideCalls,
  wrap: (account: Account, watch: Watch) => Account,
): { find(id: string): Account | undefined } {
  const known = new WeakMap<Account, Account>();
  return {
    find(id) {
      const account = accounts.find(id);
      if (account === undefined) return undefined;
      const wrapped =
        known.get(account) ??
        wrap(account, (call, options, send) =>
          calls.watch({ side, id, call }, (traceparent) => send(traceparent === undefined ? options : { ...options, traceparent })),
        );
      known.set(account, wrapped);
      return wrapped;
    },
  };
}

/** The same gateways, each of whose calls is watched. */
export const watchedGateways = (gateways: Gateways, calls: OutsideCalls): Gateways =>
  watched<PaymentGateway>(gateways, 'gateway', calls, (gateway, watch) => ({
    flags: gateway.flags,
    notFoundFinalAfterSeconds: gateway.notFoundFinalAfterSeconds,
    merchantId: gateway.merchantId,
    noticeAccepted: gateway.noticeAccepted,
    request: (payment, options) => watch('request', options, (traced) => gateway.request(payment, traced)),
    query: (reference, options) => watch('query', options, (traced) => gateway.query(reference, traced)),
    close: (reference, options) => watch('close', options, (traced) => gateway.close(reference, traced)),
    refund: (refund, options) => watch('refund', options, (traced) => gateway.refund(refund, traced)),
    queryRefund: (refund, options) => watch('queryRefund', options, (traced) => gateway.queryRefund(refund, traced)),
    verifyNotice: (notice) => gateway.verifyNotice(notice),
  }));

/** The same channels, each of whose calls is watched. */
export const watchedChannels = (channels: Channels, calls: OutsideCalls): Channels =>
  watched<IssuingChannel>(channels, 'channel', calls, (channel, watch) => ({
    flags: channel.flags,
    notFoundFinalAfterSeconds: channel.notFoundFinalAfterSeconds,
    noticeAccepted: channel.noticeAccepted,
    purchase: (request, options) => watch('purchase', options, (traced) => channel.purchase(request, traced)),
    query: (requestId, options) => watch('query', options, (traced) => channel.query(requestId, traced)),
    cancel: (requestId, options) => watch('cancel', options, (traced) => channel.cancel(requestId, traced)),
    stock: (product, options) => watch('stock', options, (traced) => channel.stock(product, traced)),
    balance: (options) => watch('balance', options, (traced) => channel.balance(traced)),
    verifyNotice: (notice) => channel.verifyNotice(notice),
  }));

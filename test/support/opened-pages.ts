import type { PaymentGateway } from '../../src/application/ports/gateway';

/** A gateway whose buyers open the page before they pay on it, as browsers do: where a payment is made by a link, that makes it. */
export function rememberingPages(gateway: PaymentGateway): { readonly gateway: PaymentGateway; openPage(reference: string): Promise<void> } {
  const pages = new Map<string, string>();
  const { flags, notFoundFinalAfterSeconds, merchantId, noticeAccepted } = gateway;
  return {
    gateway: {
      ...{ flags, notFoundFinalAfterSeconds, merchantId, noticeAccepted },
      async request(...args) {
        const answer = await gateway.request(...args);
        if (answer.outcome === 'answered' && answer.facts.payUrl !== undefined) pages.set(answer.facts.reference, answer.facts.payUrl);
        return answer;
      },
      query: (...args) => gateway.query(...args),
      close: (...args) => gateway.close(...args),
      refund: (...args) => gateway.refund(...args),
      queryRefund: (...args) => gateway.queryRefund(...args),
      verifyNotice: (notice) => gateway.verifyNotice(notice),
    },
    openPage: async (reference) => void (await fetch(pages.get(reference) ?? '')),
  };
}

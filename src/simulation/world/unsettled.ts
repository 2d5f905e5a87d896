import { isPurchaseOpen, type Purchase } from '../../domain/order/purchase';
import type { OrderState } from '../../domain/order/state';

const isCaredFor = ({ status, nextCheckAt }: Purchase): boolean => status === 'WRITTEN_OFF' && nextCheckAt !== undefined;

/** Money or goods of this order are still on their way, or are to be asked about. */
export function isUnsettled({ refunds, purchases, arriving, givenUp }: OrderState): boolean {
  return (
    refunds.some(({ status }) => status !== 'DONE' && status !== 'REFUSED') ||
    purchases.some((purchase) => isPurchaseOpen(purchase) || purchase.noticePending || isCaredFor(purchase)) ||
    arriving.length + givenUp.length > 0
  );
}

/** A notice came of which the gateway can be asked and has not been yet: for an order that has ended that may take ten minutes. */
export const isToAsk = ({ payments }: OrderState, canBeAsked: (gatewayId: string) => boolean): boolean =>
  payments.some(({ noticePending, gatewayId }) => noticePending && canBeAsked(gatewayId));

import { cardIdFor } from '../domain/kernel/ids';
import type { PurchaseReport } from '../domain/order/purchase-commands';
import type { ReceivedCard } from '../domain/order/purchase-events';
import { type CardText, sealCard } from './card-text';
import type { OrderOwner, OrderSecrets } from './order-secrets';
import type { PurchaseFacts } from './ports/channel';
import type { Keyring } from './ports/keyring';

/** What cards come to be: their SKU, and the purchase or hand-in that they came with. */
export interface Receiving {
  readonly skuId: string;
  readonly requestId: string;
  /** The same code may be sold again and again: each row of the answer is a card of its own. */
  readonly reusable: boolean;
}

/** Seals each code as the card it will be, before anything waits. The same answer makes the same card ids. */
export function sealReceived(keyring: Keyring, { skuId, requestId, reusable }: Receiving, cards: readonly CardText[]): readonly ReceivedCard[] {
  return cards.map((text, row) => {
    const fingerprint = keyring.fingerprint(text.code, 'card');
    const cardId = reusable ? cardIdFor(skuId, fingerprint, `${requestId}:${row}`) : cardIdFor(skuId, fingerprint);
    const { expiresAt } = text;
    return { cardId, fingerprint, sealed: sealCard(keyring, cardId, skuId, text), ...(expiresAt === undefined ? {} : { expiresAt }) };
  });
}

export interface ReceivingKit {
  readonly keyring: Keyring;
  readonly secrets: OrderSecrets;
}

/** What a channel says, in the domain's words: nothing secret is left in plain text. */
export async function reportOf(
  { keyring, secrets }: ReceivingKit,
  owner: OrderOwner,
  receiving: Receiving,
  facts: PurchaseFacts,
): Promise<PurchaseReport> {
  const { status, cards, malformedCards, receipt, unitCostMinor, currency, reason } = facts;
  return {
    status,
    cards: sealReceived(keyring, receiving, cards),
    malformed: malformedCards,
    unitCostMinor,
    currency,
    ...(receipt === undefined ? {} : { receipt: await secrets.seal(owner, receipt) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

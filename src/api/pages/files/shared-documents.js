/** Everything the page of a shared order asks of the API. */
export const OPEN_SHARED_ORDER = `mutation GuestOpens($input: OpenSharedOrderInput!) {
  openSharedOrder(input: $input) {
    shared {
      number status skuName quantity
      amount { amountMinor currency }
      paid { amountMinor currency }
      refunded { amountMinor currency }
      payments { reference status amount { amountMinor currency } }
      refunds { refundReference status amount { amountMinor currency } orderedAt }
      steps { occurredAt words }
      expiresAt
    }
    userErrors { code message }
  }
}`;

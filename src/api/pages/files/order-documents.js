/** Everything the buyer page asks of the API. */
const ORDER = `fragment BuyerOrder on Order {
  id number revision status phase nextStep inReview frozen quantity
  sku { name }
  amount { amountMinor currency }
  paid { amountMinor currency }
  refunded { amountMinor currency }
  payment { payUrl qrText }
  refusal { message }
  submittedAt paidAt deliveredAt deadlineAt nextAttemptAt waitingSince
}`;

export const ORDER_BY_NUMBER = `query BuyerOrderByNumber($number: String!, $accessToken: String!) {
  orderByNumber(number: $number, accessToken: $accessToken) { ...BuyerOrder }
}
${ORDER}`;

export const ORDER_UPDATED = `subscription BuyerOrderUpdated($orderId: ID!) {
  orderUpdated(orderId: $orderId) { revision order { ...BuyerOrder } }
}
${ORDER}`;

export const REVEAL_CARDS = `mutation BuyerReveal($input: RevealCardsInput!) {
  revealCards(input: $input) { cards { id code fields { name value } } userErrors { code message } }
}`;

export const CANCEL_ORDER = `mutation BuyerCancel($input: CancelOrderInput!) {
  cancelOrder(input: $input) { order { ...BuyerOrder } userErrors { code message } }
}
${ORDER}`;

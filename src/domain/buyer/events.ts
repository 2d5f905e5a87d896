/** These names and shapes are stored for ever. The stream belongs to one buyer of one shop and one SKU; its name tells neither. */
export type BuyerEvent = {
  readonly type: 'OrderSlotTaken';
  readonly data: { readonly clientId: string; readonly skuId: string; readonly orderId: string };
};

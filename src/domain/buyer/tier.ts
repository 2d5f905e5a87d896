/** How the shop ranks a buyer. VIP orders have a lane of their own. */
export type BuyerTier = 'VIP' | 'STANDARD';

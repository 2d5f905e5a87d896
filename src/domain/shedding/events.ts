/**
 * What a shop does without when there is too much to do. These names and shapes are stored for ever. Revealing what was paid for, and
 * callbacks of gateways and channels, are not among them: nobody can switch those off.
 */

/** COUNTS: how many a whole list has; its items are still told · LIVE_UPDATES: new live subscriptions · SEARCH: searches for orders · TIMELINES: histories of orders · NEW_ORDERS: submits under a new key. */
export const SHEDDABLE = ['COUNTS', 'LIVE_UPDATES', 'SEARCH', 'TIMELINES', 'NEW_ORDERS'] as const;
export type Sheddable = (typeof SHEDDABLE)[number];

export type SheddingEvent = {
  readonly type: 'LoadSheddingSet';
  readonly data: {
    /** AUTO: by measured load, first things first · MANUAL: exactly what is named. */
    readonly mode: 'AUTO' | 'MANUAL';
    /** In MANUAL mode. */
    readonly shed: readonly Sheddable[];
    /** In which order AUTO does without things. What is not named stays. */
    readonly order: readonly Sheddable[];
  };
};

/** What would be lost with a key: each is a thing that somebody may still want to open. */
export interface KeyUse {
  /** Cards that are neither voided nor past retention. */
  readonly cards: number;
  /** Orders with a contact, fields, an instrument or a receipt, and not past retention. */
  readonly orders: number;
  /** Other streams with something sealed. */
  readonly others: number;
  /** Keys of persons that are sealed with it. Absent: none. */
  readonly subjects?: number;
}

/** What is lost with it all the same: nobody is owed it any more. */
export interface KeyLoss {
  readonly voidedCards: number;
  readonly oldCards: number;
  readonly oldOrders: number;
}

/** The end of one sealing key; its stream is `key-<id of the key>`. These names and shapes are stored for ever. */
export type KeyEvent =
  /** From here on no process seals with it. What depends on it is counted next. */
  | { readonly type: 'KeyDestructionOrdered'; readonly data: Record<string, never> }
  /** Something depends on it: it stays. It may be ordered again. */
  | { readonly type: 'KeyDestructionRefused'; readonly data: KeyUse }
  /** Nothing depended on it, counted over the whole log up to this position. It opens nothing from here on. */
  | { readonly type: 'KeyDestroyed'; readonly data: { readonly upTo: string } & KeyLoss };

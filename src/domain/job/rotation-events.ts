/**
 * One sealing of all cards under a newer key, which a person ordered. These names and shapes are stored for ever. That a card is sealed anew
 * stands on the card's own stream; here stands how far the work is and what it came to.
 */

/** Of the cards that were looked at. */
export interface RotationCounts {
  /** Sealed under the new key by this job. */
  readonly resealed: number;
  /** Left as they are: kept longer than the shop keeps codes readable. */
  readonly pastRetention: number;
  /** Left as they are: the key that would open them is not there, or they were changed. */
  readonly unreadable: number;
}

export type RotationEvent =
  | {
      readonly type: 'CardRotationOrdered';
      readonly data: {
        /** The key that all cards are to be sealed with. */
        readonly kid: string;
        /** Cards there were when it was ordered. */
        readonly cards: number;
      };
    }
  /** Cards up to this id were looked at, in the order of their ids; the counts are of those since the last such event. */
  | { readonly type: 'CardRotationProgressed'; readonly data: { readonly upTo: string; readonly looked: number } & RotationCounts }
  /** Every card was looked at, and some were sealed anew: meanwhile others may have come under an old key, so it begins again. */
  | { readonly type: 'CardRotationPassEnded'; readonly data: { readonly pass: number } }
  | { readonly type: 'CardRotationStopRequested'; readonly data: Record<string, never> }
  /** DONE: in one whole pass no card had to be sealed anew · STOPPED: a person stopped it. */
  | { readonly type: 'CardRotationEnded'; readonly data: { readonly end: 'DONE' | 'STOPPED' } };

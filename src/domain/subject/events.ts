/**
 * The end of what the shop knows of one person; the stream is `subject-<id>`, and the id a digest of the client and its id of the buyer. These
 * names and shapes are stored for ever. `generation`: keys of the person up to this one.
 */
export type SubjectEvent =
  /** From here on nothing is sealed with these keys. Every order of the person forgets its buyer next, and then they are destroyed. */
  | {
      readonly type: 'SubjectErasureOrdered';
      readonly data: {
        readonly generation: number;
        /** Ordered before, in a log that was lost: that is when. ISO-8601 UTC. */
        readonly repeats?: string;
      };
    }
  /** Every order has forgotten its buyer. The keys are destroyed by whoever hears it, now or after any restore. */
  | { readonly type: 'SubjectErased'; readonly data: { readonly generation: number } };

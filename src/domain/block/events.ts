/**
 * By what the shop takes no orders, for a time. These names and shapes are stored for ever. Who did it and why stands with each fact.
 *
 * CONTACT: an e-mail address or telephone number · ADDRESS: one client address · DEVICE: one device · RANGE: a network of client addresses.
 */
export type BlockKind = 'CONTACT' | 'ADDRESS' | 'DEVICE' | 'RANGE';

export type BlockEvent =
  | {
      readonly type: 'BlockPlaced';
      readonly data: {
        readonly kind: BlockKind;
        /** A keyed digest, from which nobody reads whom it stands for; of a RANGE the network itself, as `203.0.113.0/24`. */
        readonly key: string;
        /** ISO-8601 UTC. */
        readonly expiresAt: string;
      };
    }
  | { readonly type: 'BlockLifted'; readonly data: Record<string, never> };

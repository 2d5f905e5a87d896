import { AssignOrder } from './assign-order';
import { BlockBuyer } from './block-buyer';
import { OpenComplaint } from './open-complaint';
import { OpenSharedOrder } from './open-shared-order';
import { ResolveComplaint } from './resolve-complaint';
import { RevealFields } from './reveal-fields';
import { RevokeOrderShare } from './revoke-order-share';
import { ShareOrder } from './share-order';
import { TagOrder } from './tag-order';
import { UnassignOrder } from './unassign-order';
import { UnblockBuyer } from './unblock-buyer';
import { UntagOrder } from './untag-order';

export * from './assign-order';
export * from './block-buyer';
export * from './open-complaint';
export * from './open-shared-order';
export * from './resolve-complaint';
export * from './reveal-fields';
export * from './revoke-order-share';
export * from './share-order';
export * from './tag-order';
export * from './unassign-order';
export * from './unblock-buyer';
export * from './untag-order';

/** What people do at the desk besides repairing orders. */
export const supportOperations = [
  AssignOrder,
  BlockBuyer,
  OpenComplaint,
  OpenSharedOrder,
  ResolveComplaint,
  RevealFields,
  RevokeOrderShare,
  ShareOrder,
  TagOrder,
  UnassignOrder,
  UnblockBuyer,
  UntagOrder,
] as const;

import { AssignOrder } from './assign-order';
import { TagOrder } from './tag-order';
import { UnassignOrder } from './unassign-order';
import { UntagOrder } from './untag-order';

export * from './assign-order';
export * from './tag-order';
export * from './unassign-order';
export * from './untag-order';

/** What people do at the desk besides repairing orders. */
export const supportOperations = [AssignOrder, TagOrder, UnassignOrder, UntagOrder] as const;

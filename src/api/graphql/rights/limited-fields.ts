import { roles } from '../../../application/authorise';
import type { Role } from '../../../application/caller';

const STAFF: readonly Role[] = ['SUPPORT', 'FINANCE', 'OPS', 'ADMIN'];
/** What the shop pays, and to whom. */
const COSTS: readonly Role[] = ['FINANCE', 'OPS', 'ADMIN'];

/**
 * Fields that only some roles may read, of objects that others see as well. For the rest they are null, or empty where they are lists;
 * one that can be neither is refused with FORBIDDEN.
 */
export const limitedFields: Readonly<Record<string, Readonly<Record<string, readonly Role[]>>>> = {
  Actor: { id: STAFF },
  Batch: { cost: COSTS, supplier: COSTS },
  Channel: { balance: COSTS },
  ChannelNotice: { claimedUnitCostMinor: COSTS },
  ChannelProduct: { unitCost: COSTS },
  ChannelStock: { unitCost: COSTS },
  ChannelSupply: { balance: COSTS },
  Gateway: { account: STAFF },
  Order: { assignee: STAFF, channelId: STAFF, holdText: STAFF, risk: STAFF, shares: STAFF, tags: STAFF },
  OrderCard: { batchId: STAFF, channelId: STAFF },
  OrderEvent: { data: STAFF, reason: STAFF },
  Sku: { incidents: STAFF },
  // Only what a second person has approved of is in it.
  ExportedCode: { code: ['ADMIN'], fields: ['ADMIN'] },
  // The one place where a single code is read. Nobody at the desk does: they reissue, refund, or ask the buyer.
  RevealFieldsPayload: { fields: ['SUPPORT', 'OPS', 'ADMIN'] },
  RevealedCard: { code: ['STOREFRONT', 'BUYER'], fields: ['STOREFRONT', 'BUYER'] },
};

export const mayRead = (type: string, field: string, role: Role): boolean => (limitedFields[type]?.[field] ?? roles).includes(role);

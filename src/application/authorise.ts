import type { Actor } from '../domain/kernel/event';
import { isSubmitted, type OrderState, type SubmittedOrder } from '../domain/order/state';
import type { Caller, Rights, Role } from './caller';
import { isOrderToken } from './order-token';
import type { Keyring } from './ports/keyring';
import { STAFF_ROLES } from './ports/staff-tokens';

/** The caller's role may not do this at all; which things exist plays no part. The API answers FORBIDDEN. */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';
  /** `rule`: who may, for whoever has to find the right key; docs/rights.md says the same. */
  constructor(operation: string, role: Role, rule: string) {
    super(`The role ${role} may not do that: ${operation} ${rule}.`);
  }
}

/** A use case as data: its public name and who may run it. Every command and query class carries both. */
export interface Operation {
  readonly operation: string;
  readonly rights: Rights;
}

export const roles = ['STOREFRONT', 'BUYER', 'SUPPORT', 'FINANCE', 'OPS', 'ADMIN'] as const satisfies readonly Role[];

/** Roles that people act in: what they change needs a reason. */
const STAFF: readonly Role[] = STAFF_ROLES;
export const isStaff = (role: Role): boolean => STAFF.includes(role);

export const allows = ({ rights }: Operation, role: Role): boolean => rights.roles.includes(role);

/** Whether the caller's role may, and the key that was used is for it. */
export const mayRun = (operation: Operation, { role, scopes }: Caller): boolean =>
  allows(operation, role) && (scopes === undefined || scopes.includes(operation.operation));

/** Why the caller may not. */
export const forbidden = (operation: Operation, { role }: Pick<Caller, 'role'>): Forbidden =>
  new Forbidden(operation.operation, role, allows(operation, role) ? 'is not among the scopes of this key' : needs(operation.rights.roles));

/** In words: which roles it takes. */
export const needs = (allowed: readonly Role[]): string => `needs ${allowed.join(' or ')}`;

/** For use cases that belong to no order. Throws Forbidden. */
export function requireRole(operation: Operation, caller: Caller): void {
  if (!mayRun(operation, caller)) throw forbidden(operation, caller);
}

/** In whose name something is done to an order, and within which scope idempotency keys are remembered. */
export interface Access {
  readonly state: SubmittedOrder;
  readonly role: Role;
  readonly actor: Actor;
  readonly scope: string;
}

/**
 * Opens one order to a caller: by an API key whose role may, for a STOREFRONT only if it is an order of its own client; or by
 * the order's token, which makes anyone its BUYER. Null when there is no such order or it is not theirs: nobody can tell which.
 * Throws Forbidden when neither the key nor a token could ever do this.
 */
export function accessTo(operation: Operation, caller: Caller, order: OrderState, accessToken: string | undefined, keyring: Keyring): Access | null {
  const byKey = caller.role !== 'BUYER' && mayRun(operation, caller);
  const byToken = allows(operation, 'BUYER') && (accessToken !== undefined || caller.role === 'BUYER');
  if (!byKey && !byToken) throw forbidden(operation, caller);
  // Whoever was erased cannot be told from anybody else: the token opens nothing any more.
  const tokenFits = byToken && isOrderToken(keyring, order, accessToken ?? '') && order.erasedAt === undefined;
  if (!isSubmitted(order)) return null;
  if (byKey && (caller.role !== 'STOREFRONT' || order.submitted.clientId === caller.clientId)) {
    return { state: order, role: caller.role, actor: caller.actor, scope: caller.clientId };
  }
  if (!tokenFits) return null;
  return { state: order, role: 'BUYER', actor: { kind: 'BUYER', id: order.orderId }, scope: order.orderId };
}

export interface RightsCell {
  readonly operation: string;
  readonly role: Role;
  readonly allowed: boolean;
}

/** Every role × operation, for the documentation and for the test that asserts each cell. */
export function rightsMatrix(operations: readonly Operation[]): readonly RightsCell[] {
  return operations.flatMap((operation) => roles.map((role) => ({ operation: operation.operation, role, allowed: allows(operation, role) })));
}

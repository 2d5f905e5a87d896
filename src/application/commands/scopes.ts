import { allows, type Operation } from '../authorise';
import type { Role } from '../caller';
import { operations } from '.';
import { queryOperations } from '../queries';

const byName: ReadonlyMap<string, Operation> = new Map([...operations, ...queryOperations].map((one) => [one.operation, one]));

/** Whether a key of the role may be confined to this: an operation that there is and that the role may run. */
export function isScopeOf(name: string, role: Role): boolean {
  const operation = byName.get(name);
  return operation !== undefined && allows(operation, role);
}

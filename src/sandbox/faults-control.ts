import { z } from 'zod';
import { faultsSchema, type FaultRules } from './faults';
import { json, parsed, problem, type Answer, type Call } from './reply';

/** `PUT /faults`: the rules in the body replace those in force, or none of them does. */
export function setFaults(rules: FaultRules, call: Call): Answer {
  const faults = faultsSchema.safeParse(parsed(call.body));
  if (!faults.success) return problem(400, 'INVALID_FAULTS', z.prettifyError(faults.error));
  rules.replace(faults.data);
  return json(200, { seed: faults.data.seed, rules: faults.data.rules.length });
}

export const loopbackOnly = (): Answer => problem(403, 'LOOPBACK_ONLY', 'control calls are served on this machine only');

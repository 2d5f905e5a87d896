import { timingSafeEqual } from 'node:crypto';
import type { Delays } from './delays';
import type { FaultRules } from './faults';
import type { Handler } from './http-server';
import { misbehave } from './misbehave';
import { problem, type Answer, type Call, type Operation } from './reply';

export interface DoorParts {
  readonly apiKey: string;
  /** Calls without a key; undefined when it is no such call. */
  readonly control: { answer(call: Call): Answer | undefined };
  /** The calls of the protocol; an answer instead of an operation is a call that was not understood. */
  readonly protocol: { understand(call: Call): Operation | Answer };
  readonly faults: FaultRules;
  readonly delays: Delays;
}

/** The way of every call: control calls and pages first, then the key, then the protocol with its faults. */
export function door({ apiKey, control, protocol, faults, delays }: DoorParts): Handler {
  const bearer = Buffer.from(`Bearer ${apiKey}`);
  return (call, respond) => {
    const controlled = control.answer(call);
    if (controlled) return respond(controlled);
    if (!isSame(bearer, call.headers['authorization'])) return respond(problem(401, 'BAD_KEY', 'the API key is missing or wrong'));
    const understood = protocol.understand(call);
    if ('end' in understood) return respond(understood);
    const fault = faults.pick(understood.place, { method: call.method, path: call.path, reference: understood.reference });
    if (fault !== undefined && understood.own?.includes(fault.fault)) return respond(understood.perform(fault));
    misbehave(call.method, fault, () => understood.perform(fault), delays, respond);
  };
}

function isSame(expected: Buffer, header: Call['headers'][string]): boolean {
  const given = Buffer.from(typeof header === 'string' ? header : '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

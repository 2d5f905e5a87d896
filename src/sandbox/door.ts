import { timingSafeEqual } from 'node:crypto';
import type { Delays } from './delays';
import type { FaultPlace, FaultRules } from './faults';
import type { Handler } from './http-server';
import { misbehave } from './misbehave';
import { problem, type Answer, type Call, type Operation } from './reply';

/** The calls of a protocol; an answer instead of an operation is a call that was not understood. */
type Understand = (call: Call) => Operation | Answer;

export interface DoorParts {
  /** Calls without a key; undefined when it is no such call. */
  readonly control: { answer(call: Call): Answer | undefined };
  readonly understand: Understand;
  readonly faults: FaultRules;
  readonly delays: Delays;
}

const QUESTIONS: ReadonlySet<FaultPlace> = new Set(['query', 'query-refund', 'query-purchase', 'stock', 'balance']);

/** The way of every call: control calls and pages first, then the protocol that it speaks, with its faults. */
export function door({ control, understand, faults, delays }: DoorParts): Handler {
  return (call, respond) => {
    const controlled = control.answer(call);
    if (controlled) return respond(controlled);
    const understood = understand(call);
    if ('end' in understood) return respond(understood);
    const fault = faults.pick(understood.place, { method: call.method, path: call.path, reference: understood.reference });
    if (fault !== undefined && understood.own?.includes(fault.fault)) return respond(understood.perform(fault));
    misbehave(QUESTIONS.has(understood.place), fault, () => understood.perform(fault), delays, respond);
  };
}

/** The calls of a protocol behind its key. */
export function keyed(apiKey: string, protocol: { understand: Understand }): Understand {
  const bearer = Buffer.from(`Bearer ${apiKey}`);
  return (call) =>
    isSame(bearer, call.headers['authorization']) ? protocol.understand(call) : problem(401, 'BAD_KEY', 'the API key is missing or wrong');
}

function isSame(expected: Buffer, header: Call['headers'][string]): boolean {
  const given = Buffer.from(typeof header === 'string' ? header : '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

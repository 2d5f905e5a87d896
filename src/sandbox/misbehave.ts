import { ANSWER_BYTES_MAX } from '../protocols/wire';
import { DELAY_MS } from './delays';
import type { Delays } from './delays';
import type { Fault } from './faults';
import { problem } from './reply';
import type { Answer, Reply } from './reply';

/** A status word that no protocol knows. */
const NO_STATUS_WORD = 'WHO_KNOWS';
const STATUS = /"(status|code)":(?:"[A-Z]+"|-?[0-9]+)/;

/**
 * Carries a call out (or not) and answers (or not) as the fault wants it. Faults that are about money rather than about the answer are passed on to `perform`.
 */
export function misbehave(
  isQuestion: boolean,
  fault: Fault | undefined,
  perform: () => Answer,
  delays: Delays,
  respond: (reply: Reply) => void,
): void {
  switch (fault?.fault) {
    case 'hang':
      return respond({ end: 'hang', ms: fault.ms ?? DELAY_MS.hang });
    case 'refuse-connection':
      return respond({ end: 'stop-listening', ms: fault.ms ?? DELAY_MS.refuseConnection });
    case 'delay':
      return delays.after(fault.ms ?? DELAY_MS.delay, () => respond(perform()));
    case 'error':
      return respond(outOfOrder());
    case 'error-after-commit':
      perform();
      return respond(outOfOrder());
    case 'reset-after-commit':
      perform();
      return respond({ end: 'reset' });
    case 'commit-then-hang':
      perform();
      return respond({ end: 'hang', ms: fault.ms ?? DELAY_MS.hang });
    case 'bad-json-after-commit': {
      const answer = perform();
      return respond({ ...answer, body: answer.body.slice(0, -1) });
    }
    case 'malformed': {
      const answer = perform();
      return respond({ ...answer, body: spoiled(answer.body) });
    }
    case 'oversized': {
      const answer = perform();
      return respond({ ...answer, body: answer.body.padEnd(ANSWER_BYTES_MAX + 1, ' ') });
    }
    case 'appears-late': {
      if (isQuestion) return respond(perform());
      // The request is stuck on its way: the caller sees a cut connection, and it is carried out later.
      delays.after(fault.ms ?? DELAY_MS.appearsLate, perform);
      return respond({ end: 'reset' });
    }
    default:
      return respond(perform());
  }
}

/** The same answer with a status word that nobody knows; one without a status word says nothing any more. */
const spoiled = (body: string): string => (STATUS.test(body) ? body.replace(STATUS, `"$1":"${NO_STATUS_WORD}"`) : '{}');

const outOfOrder = (): Answer => problem(500, 'OUT_OF_ORDER', 'something broke here');

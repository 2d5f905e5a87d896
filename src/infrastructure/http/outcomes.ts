import type { CallAnswer } from '../../application/ports/outside-call';

/** The answers of a call, said in one word. */
export const answered = <Facts>(facts: Facts): CallAnswer<Facts> => ({ outcome: 'answered', facts });
export const refused = (code: string): CallAnswer<never> => ({ outcome: 'refused', code });
export const notDone = (code: string): CallAnswer<never> => ({ outcome: 'notDone', code });
export const notFound: CallAnswer<never> = { outcome: 'notFound' };
export const unknown = (cause: string): CallAnswer<never> => ({ outcome: 'unknown', cause });

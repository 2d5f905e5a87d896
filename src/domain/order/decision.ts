import type { OrderRejection } from './commands';
import type { OrderEvent } from './events';

/** What follows from a command: events, none when it is already so, or why not. */
export type Decision = readonly OrderEvent[] | OrderRejection;

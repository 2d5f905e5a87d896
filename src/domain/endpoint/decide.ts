import type { Decider } from '../kernel/decider';
import type { Rejection } from '../kernel/rejection';
import type { EndpointEvent } from './events';

export type EndpointCommand = { readonly type: 'RequestResend' } & EndpointEvent['data'];

/** Nothing is decided by what was asked before. */
type EndpointState = null;

/**
 * GIVEN any endpoint
 * WHEN  a person wants messages told to it again
 * THEN  that is a fact, each time
 */
export const endpoint: Decider<EndpointCommand, EndpointEvent, EndpointState, Rejection<never>> = {
  initial: () => null,
  evolve: () => null,
  decide: ({ type: _type, ...data }) => [{ type: 'ResendRequested', data }],
};

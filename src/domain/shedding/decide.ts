import type { Decider } from '../kernel/decider';
import { canonicalJson } from '../kernel/hash';
import type { Rejection } from '../kernel/rejection';
import { SHEDDABLE, type SheddingEvent } from './events';

export type SheddingSetting = SheddingEvent['data'];
export type SheddingCommand = { readonly type: 'SetLoadShedding' } & SheddingSetting;

/** How a shop stands that nobody has set anything in. */
export const defaultShedding: SheddingSetting = { mode: 'AUTO', shed: [], order: SHEDDABLE };

/**
 * GIVEN how load is shed
 * WHEN  a person sets it
 * THEN  that is a fact · ALREADY SO when it stands like that
 */
export const loadShedding: Decider<SheddingCommand, SheddingEvent, SheddingSetting, Rejection<never>> = {
  initial: () => defaultShedding,
  evolve: (_state, { data }) => data,
  decide: ({ type: _type, ...wanted }, state) => (canonicalJson(wanted) === canonicalJson(state) ? [] : [{ type: 'LoadSheddingSet', data: wanted }]),
};

import type { Decider } from '../kernel/decider';
import type { DomainEvent, Happened } from '../kernel/event';
import { canonicalJson } from '../kernel/hash';
import { reject, type Rejection } from '../kernel/rejection';
import type { SkuEvent, SkuSettings } from './events';

/** A thing of the catalog as it stands now. */
export interface Setting<S> {
  readonly id: string;
  readonly settings?: S;
  readonly active: boolean;
}

export type SettingCommand<S> = { readonly type: 'Configure'; readonly settings: S } | { readonly type: 'Pause' } | { readonly type: 'Resume' };
export type SettingRejection = Rejection<'NOT_CONFIGURED'>;

interface Names<E extends DomainEvent> {
  readonly configured: E['type'];
  readonly paused: E['type'];
  readonly resumed: E['type'];
}

/**
 * GIVEN a SKU or gateway
 * WHEN  it is configured, paused or resumed
 * THEN  that is a fact; the same settings again, or a pause of what is paused, are already so
 * REJECTED NOT_CONFIGURED before its first settings
 */
export function settingDecider<S extends object, E extends DomainEvent>(
  names: Names<E>,
): Decider<SettingCommand<S>, E, Setting<S>, SettingRejection> {
  const event = (type: E['type'], data: object): E => ({ type, data }) as E;
  return {
    initial: (id) => ({ id, active: false }),
    evolve: (state, happened: Happened<E>) => {
      if (happened.type === names.configured)
        return { ...state, settings: happened.data as unknown as S, active: state.settings === undefined || state.active };
      return { ...state, active: happened.type === names.resumed };
    },
    decide: (command, state) => {
      if (command.type === 'Configure')
        return canonicalJson(state.settings) === canonicalJson(command.settings) ? [] : [event(names.configured, command.settings)];
      if (state.settings === undefined) return reject('NOT_CONFIGURED');
      if (command.type === 'Pause') return state.active ? [event(names.paused, {})] : [];
      return state.active ? [] : [event(names.resumed, {})];
    },
  };
}

export const sku = settingDecider<SkuSettings, SkuEvent>({ configured: 'SkuConfigured', paused: 'SkuPaused', resumed: 'SkuResumed' });

import type { Decider } from '../kernel/decider';
import type { DomainEvent } from '../kernel/event';
import { reject } from '../kernel/rejection';
import { fromIso } from '../kernel/time';
import { changedHealth, type Health, type HealthChanged, type HealthWord } from '../routing/health';
import type { Setting, SettingRejection } from './setting';

export type HealthCommand =
  | ({ readonly type: 'ChangeHealth' } & HealthChanged['data'])
  /** A person says how it is, wherever it stands. */
  | { readonly type: 'OverrideHealth'; readonly to: 'HEALTHY' | 'ISOLATED' };

export interface WithHealth {
  /** Absent: nothing was said of it since it was configured or resumed, which counts as HEALTHY. */
  readonly health?: Health;
}

export const healthWordOf = ({ health }: WithHealth): HealthWord => health?.word ?? 'HEALTHY';

/**
 * GIVEN a gateway or channel
 * WHEN  what was seen of it, or a person, changes its health
 * THEN  that is a fact with what it was decided on; new settings and a resumption begin with a clean slate
 * REJECTED NOT_CONFIGURED before its first settings · ALREADY SO when it stands so, or no longer where the change began. A person's
 * isolation is another fact than one that ends by itself
 */
export function withHealth<S extends object, C extends { readonly type: string }, E extends DomainEvent, T extends Setting<S>>(
  plain: Decider<C, E, T, SettingRejection>,
  cleanSlate: ReadonlySet<string>,
): Decider<C | HealthCommand, E | HealthChanged, T & WithHealth, SettingRejection> {
  const isChange = (event: DomainEvent): event is HealthChanged => event.type === 'HealthChanged';
  const isCommand = (command: C | HealthCommand): command is HealthCommand => command.type === 'ChangeHealth' || command.type === 'OverrideHealth';
  return {
    initial: (id) => plain.initial(id),
    evolve: (state, event) => {
      if (isChange(event)) return { ...state, health: changedHealth(state.health, event.data, fromIso(event.occurredAt)) };
      const { health, ...rest } = state;
      const next = plain.evolve(rest as T, event);
      return health === undefined || cleanSlate.has(event.type) ? next : { ...next, health };
    },
    decide: (command, state) => {
      if (!isCommand(command)) return plain.decide(command, state);
      if (state.settings === undefined) return reject('NOT_CONFIGURED');
      const from = healthWordOf(state);
      if (command.type === 'OverrideHealth') {
        const isSo = from === command.to && (from === 'HEALTHY' || state.health?.cause === 'PERSON');
        return isSo ? [] : [{ type: 'HealthChanged', data: { from, to: command.to, cause: 'PERSON' } }];
      }
      const { type: _type, ...data } = command;
      return from !== data.from || data.from === data.to ? [] : [{ type: 'HealthChanged', data }];
    },
  };
}

import type { Setting } from '../domain/catalog/setting';
import type { DomainEvent, Happened } from '../domain/kernel/event';
import { idOf } from '../domain/kernel/ids';
import { fromIso, type Instant } from '../domain/kernel/time';
import { factOf, type Plain } from './plain';
import type { Projection, RowShape } from './projection';

/** A thing of the catalog as it stands. `active` is false while it is paused, and for good once it is revoked. */
export type SettingRow<S> = {
  readonly setting: Plain<Setting<S>>;
  readonly id: string;
  readonly active: boolean;
  readonly configuredAt: Instant;
  readonly changedAt: Instant;
  readonly revision: number;
};

interface Fold<S, E extends DomainEvent> {
  initial(id: string): Setting<S>;
  evolve(state: Setting<S>, event: Happened<E>): Setting<S>;
}

/** The projection of one kind of settings: one row per stream, folded as the aggregate folds it. */
export function settingRows<S, E extends DomainEvent>(name: string, category: string, fold: Fold<S, E>): Projection<SettingRow<S> & RowShape> {
  return {
    name,
    version: 1,
    categories: [category],
    indexes: [],
    keys: (event) => [idOf(event.stream)],
    project(event, row, id) {
      const before = (row?.setting ?? fold.initial(id)) as Setting<S>;
      const setting = fold.evolve(before, factOf<E>(event));
      const changedAt = fromIso(event.occurredAt);
      const projected: SettingRow<S> = {
        setting: setting as Plain<Setting<S>>,
        id,
        active: setting.active,
        configuredAt: row?.configuredAt ?? changedAt,
        changedAt,
        revision: event.revision,
      };
      return projected;
    },
  };
}

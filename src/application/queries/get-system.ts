import type { Position } from '../../domain/kernel/event';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { SheddingView } from '../shedding/shedding';
import type { EngineStatus } from '../engine/engine-kit';
import { projectionLag } from '../figures/projection-lag';
import type { EventStore } from '../ports/event-store';
import type { Runtime } from '../ports/runtime';
import { projectionStatuses, type ProjectionPorts } from './get-projections';
import { Query, type QueryHandler } from './query';

export interface SystemView {
  readonly version: string;
  /** What this process does: api, engine, projector, outbox. */
  readonly roles: readonly string[];
  /** Position of the newest event; null while the log is empty. */
  readonly position: Position | null;
  /** Of the slowest read model. */
  readonly lag: { readonly lagMs: number; readonly lagging: boolean };
  readonly parked: number;
  /** Null where no engine runs in this process. */
  readonly engine: EngineStatus | null;
  readonly loadShedding: SheddingView;
}

export class GetSystem extends Query<SystemView> {
  static readonly operation = 'system';
  static readonly rights: Rights = { roles: ['OPS', 'ADMIN'] };
  constructor(readonly caller: Caller) {
    super();
  }
}

export interface SystemPorts extends ProjectionPorts {
  readonly store: EventStore;
  readonly runtime: Pick<Runtime, 'wallMs'>;
  readonly version: string;
  readonly roles: readonly string[];
  readonly engine?: { status(): EngineStatus };
  readonly shedding: { view(): SheddingView };
}

export class GetSystemHandler implements QueryHandler<GetSystem> {
  readonly query = GetSystem;
  constructor(private readonly ports: SystemPorts) {}

  async execute({ caller }: GetSystem): Promise<SystemView> {
    requireRole(GetSystem, caller);
    const { version, roles, store, runtime, projections, engine } = this.ports;
    // The head is read first: a model that has reached it is not behind, whatever was stored since.
    const position = await store.head();
    const statuses = await projectionStatuses(this.ports);
    const lags = await Promise.all(
      projections.map((one) => projectionLag(store, runtime, one, statuses.find(({ name }) => name === one.name)?.position ?? null, position)),
    );
    const lagging = lags.some((lag) => lag.lagging);
    const lagMs = Math.round(Math.max(0, ...lags.map(({ seconds }) => seconds * 1_000)));
    const parked = statuses.reduce((sum, status) => sum + status.parked, 0);
    return { version, roles, position, lag: { lagMs, lagging }, parked, engine: engine?.status() ?? null, loadShedding: this.ports.shedding.view() };
  }
}

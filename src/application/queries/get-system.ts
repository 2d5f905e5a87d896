import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Position } from '../../domain/kernel/event';
import { requireRole } from '../authorise';
import type { Caller, Rights } from '../caller';
import type { SheddingView } from '../shedding/shedding';
import type { EngineStatus } from '../run-engine';
import { projectionStatuses, type ProjectionPorts } from './get-projections';

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
  readonly version: string;
  readonly roles: readonly string[];
  readonly engine?: { status(): EngineStatus };
  readonly shedding: { view(): SheddingView };
}

@QueryHandler(GetSystem)
export class GetSystemHandler implements IQueryHandler<GetSystem, SystemView> {
  constructor(private readonly ports: SystemPorts) {}

  async execute({ caller }: GetSystem): Promise<SystemView> {
    requireRole(GetSystem, caller);
    const { version, roles, store, engine } = this.ports;
    // The head is read first: a model that has reached it is not behind, whatever was stored since.
    const position = await store.head();
    const statuses = await projectionStatuses(this.ports);
    const lagging = statuses.some((status) => position !== null && (status.position === null || status.position < position));
    const lagMs = Math.max(0, ...statuses.map((status) => status.lagMs));
    const parked = statuses.reduce((sum, status) => sum + status.parked, 0);
    return { version, roles, position, lag: { lagMs, lagging }, parked, engine: engine?.status() ?? null, loadShedding: this.ports.shedding.view() };
  }
}

import type { BulkRepairEvent } from '../../domain/job/bulk-events';
import type { StoredEvent } from '../../domain/kernel/event';
import { idOf } from '../../domain/kernel/ids';
import type { OracleWorld } from './running';

interface Repair {
  readonly orderIds: Set<string>;
  /** The command under which each order was told, once it has done something about it. */
  readonly told: Map<string, string>;
  settled: number;
  changed: number;
  /** Of all counts together. */
  counted: number;
  isToStop: boolean;
  end: 'DONE' | 'STOPPED' | null;
}

/** What an order did because of a repair says so in its reason. */
const OF_JOB = /\(job ([0-9a-f-]{36})\)$/;

/**
 * Repairs of many orders, from the raw events alone: each order does at most once what it is told, only those of the list are told, and every job
 * ends with each of them settled or left, whoever died on the way.
 */
export class RepairOracles {
  private readonly repairs = new Map<string, Repair>();
  private readonly events = new Set<string>();

  constructor(private readonly world: Pick<OracleWorld, 'violated'>) {}

  get isUnderWay(): boolean {
    return [...this.repairs.values()].some(({ end }) => end === null);
  }

  see(event: StoredEvent): void {
    if (event.stream.startsWith('job-')) this.job(idOf(event.stream), event as unknown as BulkRepairEvent);
    else if (event.stream.startsWith('order-')) this.order(idOf(event.stream), event);
  }

  /** When nothing is left to happen. */
  atRest(): void {
    for (const [jobId, { orderIds, told, settled, changed, counted, isToStop, end }] of this.repairs) {
      const broken = (about: string): void => this.world.violated('repair', `${jobId} ${about}`, jobId);
      if (end === null) broken('has not ended');
      if (end === 'DONE' && settled !== orderIds.size) broken(`is done with ${settled} of ${orderIds.size} orders`);
      if (end === 'STOPPED' && !isToStop) broken(`was stopped with ${settled} of ${orderIds.size} orders, and by nobody`);
      if (counted !== settled) broken(`has settled ${settled} orders and counts ${counted}`);
      if (changed > told.size) broken(`counts ${changed} orders as changed, and ${told.size} have done something`);
    }
  }

  private job(jobId: string, { type, data }: BulkRepairEvent): void {
    if (type === 'BulkRepairOrdered') {
      if (this.repairs.has(jobId)) this.world.violated('repair', `${jobId} is ordered twice`, jobId);
      this.repairs.set(jobId, { orderIds: new Set(), told: new Map(), settled: 0, changed: 0, counted: 0, isToStop: false, end: null });
      return;
    }
    const repair = this.repairs.get(jobId);
    if (repair === undefined) return;
    switch (type) {
      case 'BulkRepairSelected':
        for (const orderId of data.orderIds) repair.orderIds.add(orderId);
        return;
      case 'BulkRepairProgressed':
        if (data.next <= repair.settled) this.world.violated('repair', `${jobId} went back from ${repair.settled} to ${data.next}`, jobId);
        repair.settled = data.next;
        repair.changed += data.changed;
        repair.counted += data.changed + data.unchanged + data.refused.reduce((sum, { count }) => sum + count, 0);
        return;
      case 'BulkRepairStopRequested':
        repair.isToStop = true;
        return;
      case 'BulkRepairEnded':
        if (repair.end !== null) this.world.violated('repair', `${jobId} ended twice`, jobId);
        repair.end = data.end;
    }
  }

  private order(orderId: string, { type, eventId, metadata }: StoredEvent): void {
    const jobId = OF_JOB.exec(metadata.reason ?? '')?.[1];
    if (jobId === undefined) return;
    const repair = this.repairs.get(jobId);
    const before = repair?.told.get(orderId);
    if (repair?.orderIds.has(orderId) !== true) this.world.violated('repair', `${orderId} is told by job ${jobId}, which is not for it`, orderId);
    if (this.events.has(eventId) || (before !== undefined && before !== metadata.commandId))
      this.world.violated('repair', `${orderId} does a second time what job ${jobId} tells it: ${type}`, orderId);
    this.events.add(eventId);
    repair?.told.set(orderId, metadata.commandId);
  }
}

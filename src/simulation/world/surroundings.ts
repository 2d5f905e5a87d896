import type { MemoryLog } from '../ports/memory-log';
import type { MemoryReadModels } from '../ports/memory-read-models';
import type { Unreplicated } from '../ports/unreplicated';
import { drawnUnit } from './chance';
import type { Faults } from './faults';
import type { OrderWatch } from './order-watch';
import type { Scheduler } from './scheduler';
import type { Story } from './story';

/** Until when something is out of order. */
export class Outages {
  private readonly until = new Map<string, number>();

  constructor(private readonly now: () => number) {}

  begin(what: string, ms: number): void {
    this.until.set(what, Math.max(this.until.get(what) ?? 0, this.now() + ms));
  }

  has(what: string): boolean {
    return (this.until.get(what) ?? 0) > this.now();
  }

  endAll(): void {
    this.until.clear();
  }
}

/** How long things take: drawn from the seed and the name of what is waited for, so that one wait does not depend on another. */
export class Delays {
  private readonly asked = new Map<string, number>();

  constructor(private readonly seed: number) {}

  /** Milliseconds in [min, max), mostly near the lower end. */
  of(subject: string, minMs: number, maxMs: number): number {
    const times = (this.asked.get(subject) ?? 0) + 1;
    this.asked.set(subject, times);
    const unit = drawnUnit(this.seed, `${subject} ${times}`);
    return minMs + (maxMs - minMs) * unit * unit;
  }
}

/** What everything in a simulated world stands in. */
export interface Surroundings {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly story: Story;
  readonly faults: Faults;
  readonly delays: Delays;
  readonly outages: Outages;
  readonly log: MemoryLog;
  readonly unreplicated: Unreplicated;
  readonly readModels: MemoryReadModels;
  readonly watch: OrderWatch;
  /** Something happened that no promise allows. */
  violated(invariant: string, about: string, orderId?: string): void;
}

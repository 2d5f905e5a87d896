import type { Runtime } from '../ports/runtime';
import type { Again } from './again';
import type { LaneObserver, Lanes } from './lanes';
import type { Retries } from './retries';
import type { Entry, Settled } from './settled';

export interface ErrandsKit {
  readonly again: Again;
  readonly settled: Settled;
  readonly lanes: Lanes;
  readonly retries: Retries;
  readonly runtime: Runtime;
  readonly observer: LaneObserver & { failed(what: string, error: unknown): void };
  readonly signal: AbortSignal;
}

const READ_AGAIN_MS = 500;

/** What people want told again. Each is settled once its messages are, so a run that ends before leaves it to the next one. */
export class Errands {
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly kit: ErrandsKit) {}

  add(entry: Entry, endpointId: string, orderId: string | undefined): void {
    const run: Promise<void> = this.run(entry, endpointId, orderId).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  async rest(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled([...this.running]);
  }

  private async run(entry: Entry, endpointId: string, orderId: string | undefined): Promise<void> {
    const { retries, settled, signal } = this.kit;
    await retries.of(endpointId, orderId);
    if (orderId !== undefined) await this.tellAnew(entry, endpointId, orderId);
    if (!signal.aborted) settled.done(entry);
  }

  private async tellAnew(entry: Entry, endpointId: string, orderId: string): Promise<void> {
    const { again, lanes, runtime, settled, observer, signal } = this.kit;
    const notifier = again.notifier(endpointId);
    if (notifier === undefined || !notifier.takesRepeats) {
      observer.refused(endpointId, orderId, 'TAKES_NO_REPEATS');
      return;
    }
    while (!signal.aborted) {
      try {
        const messages = await again.historyOf(orderId);
        entry.open += messages.length;
        for (const message of messages) lanes.add({ ...message, notifier, done: () => settled.done(entry) });
        return;
      } catch (error) {
        observer.failed('an order that is to be told again', error);
        await runtime.sleep(READ_AGAIN_MS * (0.5 + runtime.random()), signal);
      }
    }
  }
}

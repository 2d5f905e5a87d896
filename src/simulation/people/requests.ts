import { TooContended, StreamNotUnderstood } from '../../application/errors';
import { StoreUnavailable } from '../../application/ports/event-store';
import { KeyMissing } from '../../application/ports/keyring';
import { ReadModelsUnavailable } from '../../application/ports/read-models';
import type { ApiDesk } from '../node/api-desk';
import type { ShopNode } from '../node/shop-node';
import { drawn } from '../world/chance';
import type { Surroundings } from '../world/surroundings';

/** What a client of the API gets: an answer, "try later" (503), or nothing before its patience ends. */
export type Answer<T> = { readonly outcome: 'answered'; readonly value: T } | { readonly outcome: 'later' } | { readonly outcome: 'silent' };

const PATIENCE_MS = 20_000;
const PASSING = [StoreUnavailable, TooContended, StreamNotUnderstood, ReadModelsUnavailable, KeyMissing];

/** The network between people and the shop, with a load balancer that knows nothing of which machine is up. */
export class Requests {
  private readonly doors: readonly ShopNode[];
  private sent = 0;

  constructor(
    private readonly around: Surroundings,
    nodes: readonly ShopNode[],
  ) {
    this.doors = nodes.filter(({ roles }) => roles.has('api'));
  }

  send<T>(what: string, work: (desk: ApiDesk) => Promise<T>): Promise<Answer<T>> {
    const { scheduler, delays, seed } = this.around;
    const node = this.doors[drawn(seed, `door ${what} ${scheduler.now}`) % this.doors.length];
    if (node === undefined) throw new RangeError('no machine of this shop answers requests');
    this.sent++;
    return new Promise((resolve) => {
      const patience = scheduler.after(PATIENCE_MS, () => resolve({ outcome: 'silent' }));
      const answer = (given: Answer<T>): void => {
        scheduler.after(delays.of(`back ${what}`, 1, 40), () => {
          patience.callOff();
          resolve(given);
        });
      };
      node.reach(delays.of(`to ${what}`, 1, 40), (desk) => {
        if (desk === null) return answer({ outcome: 'later' });
        work(desk).then(
          (value) => answer({ outcome: 'answered', value }),
          (error: unknown) => {
            if (!PASSING.some((kind) => error instanceof kind))
              this.around.violated('defect', `${what} failed: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
            answer({ outcome: 'later' });
          },
        );
      });
    });
  }

  /** Sends until there is an answer, with growing pauses; null when the patience of a person is over. */
  async insist<T>(what: string, work: (desk: ApiDesk) => Promise<T>, forMs: number): Promise<T | null> {
    const { scheduler, delays } = this.around;
    const until = scheduler.now + forMs;
    for (let pauseMs = 500; scheduler.now < until; pauseMs = Math.min(pauseMs * 2, 60_000)) {
      const answer = await this.send(what, work);
      if (answer.outcome === 'answered') return answer.value;
      await scheduler.sleep(delays.of(`again ${what}`, pauseMs / 2, pauseMs * 1.5));
    }
    return null;
  }
}

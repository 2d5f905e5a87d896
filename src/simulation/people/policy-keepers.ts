import { PromoteCanary } from '../../application/commands/promote-canary';
import { PublishRoutingPolicy } from '../../application/commands/publish-routing-policy';
import type { SettingResult } from '../../application/commands/result';
import { RollBackCanary } from '../../application/commands/roll-back-canary';
import { StartCanary } from '../../application/commands/start-canary';
import type { Caller } from '../../application/caller';
import type { ApiDesk } from '../node/api-desk';
import { Chance, drawn } from '../world/chance';
import type { Surroundings } from '../world/surroundings';
import type { Requests } from './requests';

const LOOK_MS = { least: 60_000, most: 6 * 60_000 };
const TRIALS_MAX = 20;
/** What they do at each look, of all looks; the rest is waiting. */
const GIVES_UP = 0.05;
const CHANGES_SHARE = 0.15;
const PERCENTS: readonly [number, ...number[]] = [30, 40, 50, 60];

const keeper: Caller = { role: 'OPS', clientId: 'keepers', actor: { kind: 'OPS', id: 'keeper' }, requestId: 'keepers', locale: 'en' };

export interface PolicyKeepersKit {
  readonly around: Surroundings;
  readonly requests: Requests;
  readonly channelIds: readonly string[];
}

/**
 * The people who say how the shop chooses where to buy. They try one policy after the other on a share of the orders, better ones, worse ones
 * and equal ones, and promote each as soon as they are let; some trials they end by hand, and some they widen.
 */
export class PolicyKeepers {
  private acts = 0;

  constructor(private readonly kit: PolicyKeepersKit) {}

  /** Trials begin within so long; the last one may go on. */
  async open(withinMs: number): Promise<void> {
    const { scheduler, seed } = this.kit.around;
    const until = scheduler.now + withinMs;
    const chance = new Chance(drawn(seed, 'policies'));
    await this.act('publish', (desk, key) =>
      desk.publishPolicy.execute(
        new PublishRoutingPolicy(keeper, PublishRoutingPolicy.input.parse({ ...key, policy: this.policy('first', chance) })),
      ),
    );
    for (let trial = 1; trial <= TRIALS_MAX && scheduler.now < until; trial++) {
      await scheduler.sleep(chance.between(LOOK_MS.least, LOOK_MS.most));
      await this.try(`trial-${trial}`, chance, until);
    }
  }

  /** Until it is promoted or rolled back, by whomever. */
  private async try(version: string, chance: Chance, until: number): Promise<void> {
    const { scheduler } = this.kit.around;
    const policy = this.policy(version, chance);
    const start = (percent: number): Promise<SettingResult> =>
      this.act(`try ${version} on ${percent} %`, (desk, key) =>
        desk.startCanary.execute(new StartCanary(keeper, StartCanary.input.parse({ ...key, policy, percent }))),
      );
    await start(chance.of(PERCENTS));
    while (scheduler.now < until) {
      await scheduler.sleep(chance.between(LOOK_MS.least, LOOK_MS.most));
      const what = chance.next();
      if (what < GIVES_UP) return void (await this.end('roll back', version));
      if (what < GIVES_UP + CHANGES_SHARE) await start(chance.of(PERCENTS));
      const promoted = await this.end('promote', version);
      if (promoted.ok || promoted.refusal.code === 'NO_SUCH_CANARY') return;
    }
  }

  private end(how: 'promote' | 'roll back', version: string): Promise<SettingResult> {
    return this.act(`${how} ${version}`, (desk, key) =>
      how === 'promote'
        ? desk.promoteCanary.execute(new PromoteCanary(keeper, { ...key, version }))
        : desk.rollBackCanary.execute(new RollBackCanary(keeper, { ...key, version })),
    );
  }

  /** One channel before all others, and mostly no heed to how they fare: that is what makes it better or worse. */
  private policy(version: string, chance: Chance) {
    const first = this.kit.channelIds[chance.upTo(this.kit.channelIds.length - 1)];
    return {
      version,
      diversion: { enabled: chance.hit(0.3) },
      channels: this.kit.channelIds.map((channelId) => ({ channelId, priority: channelId === first ? 1 : 2 })),
    };
  }

  private async act(
    what: string,
    work: (desk: ApiDesk, key: { readonly idempotencyKey: string; readonly reason: string }) => Promise<SettingResult>,
  ): Promise<SettingResult> {
    const key = { idempotencyKey: `keeper-${++this.acts}`, reason: 'to see whether it is better' };
    const done = await this.kit.requests.insist(`keeper ${what}`, (desk) => work(desk, key), Infinity);
    if (done === null) throw new RangeError('people who never give up have an answer');
    this.kit.around.story.tell(`keeper ${what} ${done.ok ? 'done' : `refused ${done.refusal.code}`}`);
    return done;
  }
}

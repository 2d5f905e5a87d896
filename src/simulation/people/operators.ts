import { DrainChannel } from '../../application/commands/drain-channel';
import { OverrideChannelHealth } from '../../application/commands/override-channel-health';
import { PauseChannel } from '../../application/commands/pause-channel';
import { PauseGateway } from '../../application/commands/pause-gateway';
import { PauseSku } from '../../application/commands/pause-sku';
import { ResumeChannel } from '../../application/commands/resume-channel';
import { ResumeGateway } from '../../application/commands/resume-gateway';
import { ResumeSku } from '../../application/commands/resume-sku';
import type { Caller } from '../../application/caller';
import type { ApiDesk } from '../node/api-desk';
import type { OperatorAct, SimulatedSku } from '../profiles/profile';
import { Chance, drawn } from '../world/chance';
import type { Opening } from '../world/opening';
import type { Surroundings } from '../world/surroundings';
import type { Requests } from './requests';

const BACK_AFTER_MS = { least: 60_000, most: 25 * 60_000 };
const DELIVERED_SHARE = 0.15;

const operator: Caller = { role: 'OPS', clientId: 'operators', actor: { kind: 'OPS', id: 'operator' }, requestId: 'operators', locale: 'en' };

export interface OperatorsKit {
  readonly around: Surroundings;
  readonly requests: Requests;
  readonly opening: Opening;
  readonly skus: readonly SimulatedSku[];
  readonly gatewayIds: readonly string[];
  readonly channelIds: readonly string[];
  readonly acts: readonly [OperatorAct, ...OperatorAct[]];
}

export const USUAL_ACTS = ['stock', 'stock', 'pause-channel', 'drain-channel', 'pause-sku'] as const;
/** They also say of a channel that it is ill, whatever it looks like. */
export const DOUBTING_ACTS = [...USUAL_ACTS, 'isolate-channel', 'isolate-channel'] as const;
export const NIGHT_ACTS = ['stock', 'pause-sku', 'pause-channel', 'pause-gateway', 'pause-gateway'] as const;

/** The people who keep the shop running: they pause, drain and resume, and bring cards whenever they come, sale or no sale. */
export class Operators {
  private acts = 0;

  constructor(private readonly kit: OperatorsKit) {}

  /** So many interventions at some moments within so long; each is taken back some time later. */
  open(interventions: number, withinMs: number): void {
    const { seed, scheduler } = this.kit.around;
    for (let i = 0; i < interventions; i++) {
      const chance = new Chance(drawn(seed, `operator ${i}`));
      scheduler.after(chance.next() * withinMs, () => void this.intervene(i, chance));
    }
  }

  private async intervene(nth: number, chance: Chance): Promise<void> {
    const { skus, gatewayIds, channelIds, opening, acts } = this.kit;
    const sku = skus[chance.upTo(skus.length - 1)];
    const channelId = channelIds[chance.upTo(Math.max(0, channelIds.length - 1))];
    const what = chance.of(acts);
    const backMs = chance.between(BACK_AFTER_MS.least, BACK_AFTER_MS.most);
    if (sku === undefined) return;
    if (what === 'stock' || channelId === undefined) return opening.importCards(sku, DELIVERED_SHARE, `delivery-${nth}`);
    const about = { reason: 'an operator thinks so' };
    if (what === 'pause-sku') {
      await this.act(`pause ${sku.id}`, (desk, key) => desk.pauseSku.execute(new PauseSku(operator, { ...about, ...key, skuId: sku.id })));
      return this.later(backMs, `resume ${sku.id}`, (desk, key) =>
        desk.resumeSku.execute(new ResumeSku(operator, { ...about, ...key, skuId: sku.id })),
      );
    }
    if (what === 'isolate-channel') return this.isolate(channelId, backMs);
    if (what === 'pause-gateway') return this.pauseGateway(gatewayIds[nth % gatewayIds.length] ?? '', backMs);
    await this.act(`${what} ${channelId}`, (desk, key) =>
      what === 'pause-channel'
        ? desk.pauseChannel.execute(new PauseChannel(operator, { ...about, ...key, channelId }))
        : desk.drainChannel.execute(new DrainChannel(operator, { ...about, ...key, channelId })),
    );
    this.later(backMs, `resume ${channelId}`, (desk, key) =>
      desk.resumeChannel.execute(new ResumeChannel(operator, { ...about, ...key, channelId })),
    );
  }

  private async pauseGateway(gatewayId: string, backMs: number): Promise<void> {
    const about = { reason: 'an operator thinks so', gatewayId };
    await this.act(`pause ${gatewayId}`, (desk, key) => desk.pauseGateway.execute(new PauseGateway(operator, { ...about, ...key })));
    this.later(backMs, `resume ${gatewayId}`, (desk, key) => desk.resumeGateway.execute(new ResumeGateway(operator, { ...about, ...key })));
  }

  private async isolate(channelId: string, backMs: number): Promise<void> {
    const about = { reason: 'an operator thinks so', channelId };
    const say = (health: 'ISOLATED' | 'HEALTHY') => (desk: ApiDesk, key: { idempotencyKey: string }) =>
      desk.overrideChannelHealth.execute(new OverrideChannelHealth(operator, { ...about, ...key, health }));
    await this.act(`isolate ${channelId}`, say('ISOLATED'));
    this.later(backMs, `heal ${channelId}`, say('HEALTHY'));
  }

  private later(ms: number, what: string, work: Parameters<Operators['act']>[1]): void {
    this.kit.around.scheduler.after(ms, () => void this.act(what, work));
  }

  /** Nobody goes home before it is done: a product that stays paused is a lost sale. */
  private async act(what: string, work: (desk: ApiDesk, key: { idempotencyKey: string }) => Promise<{ readonly ok: boolean }>): Promise<void> {
    const idempotencyKey = `operator-${++this.acts}`;
    const done = await this.kit.requests.insist(`operator ${what}`, (desk) => work(desk, { idempotencyKey }), Infinity);
    this.kit.around.story.tell(`operator ${what} ${done?.ok === true ? 'done' : 'refused'}`);
  }
}

import type { Decider } from '../kernel/decider';
import { reject } from '../kernel/rejection';
import type { HealthChanged } from '../routing/health';
import { withHealth, type HealthCommand, type WithHealth } from './health-setting';
import type { DujiaoNextUpstream, FolderUpstream, HttpV1Upstream } from './upstream-accounts';
import { settingDecider, type Setting, type SettingCommand, type SettingRejection } from './setting';

/** An upstream that sells cards. These names and shapes are stored for ever. */
export type ChannelSettings = HttpV1Upstream | DujiaoNextUpstream | FolderUpstream;

type PlainChannelEvent =
  | { readonly type: 'ChannelConfigured'; readonly data: ChannelSettings }
  | { readonly type: 'ChannelPaused'; readonly data: Record<string, never> }
  | { readonly type: 'ChannelResumed'; readonly data: Record<string, never> };

type DrainableChannelEvent = PlainChannelEvent | { readonly type: 'ChannelDrainStarted'; readonly data: Record<string, never> };
export type ChannelEvent = DrainableChannelEvent | HealthChanged;

/** `drainingSince`: orders submitted after it must do without this channel, older ones may still buy there. */
interface DrainableChannel extends Setting<ChannelSettings> {
  readonly drainingSince?: string;
}
export type Channel = DrainableChannel & WithHealth;

type DrainableChannelCommand = SettingCommand<ChannelSettings> | { readonly type: 'Drain' };
export type ChannelCommand = DrainableChannelCommand | HealthCommand;

const plain = settingDecider<ChannelSettings, PlainChannelEvent>({
  configured: 'ChannelConfigured',
  paused: 'ChannelPaused',
  resumed: 'ChannelResumed',
});

const started = { type: 'ChannelDrainStarted', data: {} } as const;

/**
 * GIVEN a channel
 * WHEN  it is configured, paused, resumed or drained
 * THEN  that is a fact: paused, nothing new is bought there; draining, only orders that were there before still buy; purchases
 *       whose outcome is unknown are asked about in any case. Resuming ends a pause and a drain, a pause ends a drain
 * REJECTED NOT_CONFIGURED before its first settings · ALREADY SO when it stands like that
 */
const drainable: Decider<DrainableChannelCommand, DrainableChannelEvent, DrainableChannel, SettingRejection> = {
  initial: (id) => plain.initial(id),
  evolve: ({ drainingSince, ...state }, happened) => {
    if (happened.type === 'ChannelDrainStarted') return { ...state, active: true, drainingSince: happened.occurredAt };
    const next = plain.evolve(state, happened);
    return happened.type === 'ChannelConfigured' && drainingSince !== undefined ? { ...next, drainingSince } : next;
  },
  decide: (command, state) => {
    const draining = state.drainingSince !== undefined;
    if (command.type !== 'Drain') return plain.decide(command, command.type === 'Resume' && draining ? { ...state, active: false } : state);
    if (state.settings === undefined) return reject('NOT_CONFIGURED');
    return draining ? [] : [started];
  },
};

export const channel = withHealth(drainable, new Set<ChannelEvent['type']>(['ChannelConfigured', 'ChannelResumed']));

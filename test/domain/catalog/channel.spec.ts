import { channel, type ChannelEvent, type ChannelSettings } from '../../../src/domain/catalog/channel';
import { at, given, minutes, T0 } from '../../support/given';

const settings: ChannelSettings = {
  adapter: 'http-v1',
  baseUrl: 'http://127.0.0.1:4201',
  apiKey: { env: 'CHANNEL_A_KEY' },
  webhookSecrets: [{ env: 'CHANNEL_A_WEBHOOK' }],
  flags: ['replay', 'lookup', 'cancel'],
  notFoundFinalAfterSeconds: 60,
  weight: 3,
  priority: 1,
  ratePerSecond: 200,
  maxInFlight: 50,
};
const configured: ChannelEvent = { type: 'ChannelConfigured', data: settings };
const paused: ChannelEvent = { type: 'ChannelPaused', data: {} };
const resumed: ChannelEvent = { type: 'ChannelResumed', data: {} };
const draining: ChannelEvent = { type: 'ChannelDrainStarted', data: {} };
const history = given(channel, 'upstream-a');

describe('a channel', () => {
  it('is open for purchases from its first settings on', () =>
    expect(history(configured).state).toEqual({ id: 'upstream-a', settings, active: true }));
  it('with the same settings again is already so', () => history(configured).when({ type: 'Configure', settings }).isAlreadySo());
  it('that nobody configured can be neither paused nor resumed nor drained', () => {
    for (const type of ['Pause', 'Resume', 'Drain'] as const) history().when({ type }).rejects('NOT_CONFIGURED');
  });

  it('stays paused when its settings change', () => expect(history(configured, paused, configured).state.active).toBe(false));
  it('that is paused is paused already', () => history(configured, paused).when({ type: 'Pause' }).isAlreadySo());
  it('is resumed after a pause', () => history(configured, paused).when({ type: 'Resume' }).then(resumed));

  it('drains once, and remembers since when, also when its settings change meanwhile', () => {
    history(configured).when({ type: 'Drain' }).then(draining);
    const drained = history(configured, at(minutes(5), draining), at(minutes(6), configured));
    expect(drained.state).toMatchObject({ active: true, drainingSince: new Date(T0 + minutes(5)).toISOString() });
    drained.when({ type: 'Drain' }).isAlreadySo();
  });
  it('that is paused lets old orders buy again when it is drained', () => expect(history(configured, paused, draining).state.active).toBe(true));
  it('takes new orders again after a drain', () => {
    history(configured, draining).when({ type: 'Resume' }).then(resumed);
    expect(history(configured, draining, resumed).state).toEqual({ id: 'upstream-a', settings, active: true });
  });
  it('that is paused while it drains is only paused', () =>
    expect(history(configured, draining, paused).state).toEqual({ id: 'upstream-a', settings, active: false }));
});

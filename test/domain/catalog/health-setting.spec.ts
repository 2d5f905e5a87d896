import { channel, type ChannelEvent, type ChannelSettings } from '../../../src/domain/catalog/channel';
import { gateway } from '../../../src/domain/catalog/gateway';
import type { HealthChange, HealthWord } from '../../../src/domain/routing/health';
import { at, given, minutes, T0 } from '../../support/given';

const settings = { adapter: 'http-v1', baseUrl: 'http://127.0.0.1:4201', weight: 1, priority: 1 } as unknown as ChannelSettings;
const configured: ChannelEvent = { type: 'ChannelConfigured', data: settings };
const changed = (from: HealthWord, to: HealthWord, cause: HealthChange['cause'] = 'ERRORS'): ChannelEvent => ({
  type: 'HealthChanged',
  data: { from, to, cause },
});
const history = given(channel, 'up');

describe('the health of a gateway or channel', () => {
  it('cannot change before there are settings', () => {
    const command = { type: 'ChangeHealth', from: 'HEALTHY', to: 'ISOLATED', cause: 'ERRORS' } as const;
    history().when(command).rejects('NOT_CONFIGURED');
    given(gateway, 'main')().when(command).rejects('NOT_CONFIGURED');
  });
  it('changes from where it stands', () =>
    history(configured).when({ type: 'ChangeHealth', from: 'HEALTHY', to: 'ISOLATED', cause: 'ERRORS' }).then(changed('HEALTHY', 'ISOLATED')));
  it('is already so when somebody else was faster, whatever that one changed it to', () => {
    const isolated = history(configured, changed('HEALTHY', 'ISOLATED'));
    isolated.when({ type: 'ChangeHealth', from: 'HEALTHY', to: 'ISOLATED', cause: 'ERRORS' }).isAlreadySo();
    isolated.when({ type: 'ChangeHealth', from: 'HEALTHY', to: 'SUB_HEALTHY', cause: 'TIMEOUTS' }).isAlreadySo();
  });
  it('remembers since when it has been in trouble, and how often it was isolated, until it is healthy again', () => {
    const ill = history(
      configured,
      at(minutes(1), changed('HEALTHY', 'ISOLATED')),
      at(minutes(2), changed('ISOLATED', 'PROBING', 'RESTED')),
      at(minutes(3), changed('PROBING', 'ISOLATED')),
    );
    expect(ill.state.health).toEqual({ word: 'ISOLATED', since: T0 + minutes(3), cause: 'ERRORS', isolations: 2, troubledSince: T0 + minutes(1) });
    const well = history(configured, changed('HEALTHY', 'ISOLATED'), changed('PROBING', 'HEALTHY', 'RAMPED_UP'));
    expect(well.state.health).toEqual({ word: 'HEALTHY', since: T0, cause: 'RAMPED_UP', isolations: 0 });
  });
  it('survives a pause and a drain, and begins anew with other settings or a resumption', () => {
    const ill = [configured, changed('HEALTHY', 'ISOLATED')] as const;
    expect(history(...ill, { type: 'ChannelPaused', data: {} }).state.health?.word).toBe('ISOLATED');
    expect(history(...ill, { type: 'ChannelDrainStarted', data: {} }).state.health?.word).toBe('ISOLATED');
    expect(history(...ill, { type: 'ChannelResumed', data: {} }).state.health).toBeUndefined();
    expect(history(...ill, configured).state.health).toBeUndefined();
  });
});

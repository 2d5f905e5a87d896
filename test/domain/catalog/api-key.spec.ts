import fc from 'fast-check';
import { apiKey, OVERLAP_DAYS_MAX, openedBy, USE_TOLD_EVERY_MS, type ApiKey, type ApiKeyCommand } from '../../../src/domain/catalog/api-key';
import type { ApiKeySettings } from '../../../src/domain/catalog/events';
import { isRejection } from '../../../src/domain/kernel/rejection';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const iso = (at: number): string => new Date(at).toISOString();
const settings: ApiKeySettings = { clientId: 'office', role: 'SUPPORT', keyHash: 'a' };
const issue = (over: Partial<ApiKeySettings> = {}): ApiKeyCommand => ({ type: 'Configure', settings: { ...settings, ...over } });
const rotate = (keyHash: string, previousUntil?: number, at = NOW): ApiKeyCommand => ({
  type: 'Rotate',
  keyHash,
  at,
  ...(previousUntil === undefined ? {} : { previousUntil: iso(previousUntil) }),
});
const used = (keyHash: string, at: number): ApiKeyCommand => ({ type: 'MarkUsed', keyHash, at });
const revoke: ApiKeyCommand = { type: 'Pause' };

/** Each command happens when it says, or now. */
function after(state: ApiKey, command: ApiKeyCommand): ApiKey {
  const decision = apiKey.decide(command, state);
  if (isRejection(decision)) return state;
  return decision.reduce((before, event) => apiKey.evolve(before, { ...event, occurredAt: iso('at' in command ? command.at : NOW) }), state);
}
const run = (...commands: readonly ApiKeyCommand[]): ApiKey => commands.reduce(after, apiKey.initial('office'));

describe('an API key', () => {
  it('opens with its text from the moment it is issued until it is revoked, and is not issued again then', () => {
    expect(openedBy(run(issue()), 'a', NOW)).toBe('CURRENT');
    expect(openedBy(run(issue()), 'b', NOW)).toBeNull();
    expect(openedBy(run(issue(), revoke), 'a', NOW)).toBeNull();
    expect(apiKey.decide(issue({ keyHash: 'b' }), run(issue(), revoke))).toMatchObject({ code: 'KEY_REVOKED' });
    expect(apiKey.decide(rotate('b'), run(issue(), revoke))).toMatchObject({ code: 'KEY_REVOKED' });
  });

  it('opens with both texts during the overlap, and at its end with the new one alone', () => {
    const end = NOW + DAY_MS;
    const key = run(issue(), rotate('b', end));
    expect([openedBy(key, 'a', end - 1), openedBy(key, 'b', end - 1)]).toEqual(['PREVIOUS', 'CURRENT']);
    expect([openedBy(key, 'a', end), openedBy(key, 'b', end)]).toEqual([null, 'CURRENT']);
  });

  it('opens with the new text alone when no overlap was wanted', () => {
    const key = run(issue(), rotate('b'));
    expect([openedBy(key, 'a', NOW), openedBy(key, 'b', NOW)]).toEqual([null, 'CURRENT']);
  });

  it('has two texts at most: a second rotation ends the first overlap', () => {
    const key = run(issue(), rotate('b', NOW + DAY_MS), rotate('c', NOW + DAY_MS));
    expect(['a', 'b', 'c'].map((text) => openedBy(key, text, NOW))).toEqual([null, 'PREVIOUS', 'CURRENT']);
  });

  it('does not get a text back that was replaced: an old shop file is refused', () => {
    const key = run(issue(), rotate('b'));
    expect(apiKey.decide(issue(), key)).toMatchObject({ code: 'KEY_RETIRED' });
    expect(apiKey.decide(rotate('a'), key)).toMatchObject({ code: 'KEY_RETIRED' });
    expect(apiKey.decide(rotate('b'), key)).toEqual([]);
  });

  it('is not rotated before it is there, nor with an overlap that is over or too long', () => {
    const longest = NOW + OVERLAP_DAYS_MAX * DAY_MS;
    expect(apiKey.decide(rotate('b'), run())).toMatchObject({ code: 'NOT_CONFIGURED' });
    expect(apiKey.decide(rotate('b', NOW), run(issue()))).toMatchObject({ code: 'OVERLAP_OUT_OF_RANGE' });
    expect(apiKey.decide(rotate('b', longest + 1), run(issue()))).toMatchObject({ code: 'OVERLAP_OUT_OF_RANGE' });
    expect(apiKey.decide(rotate('b', longest), run(issue()))).toMatchObject([{ type: 'ApiKeyRotated' }]);
  });

  it('tells its use every six hours, of each text apart, and not when it opened nothing', () => {
    const soon = NOW + USE_TOLD_EVERY_MS;
    const key = run(issue(), used('a', NOW));
    expect(key.usedAt).toBe(iso(NOW));
    expect(apiKey.decide(used('a', soon - 1), key)).toEqual([]);
    expect(apiKey.decide(used('a', soon), key)).toMatchObject([{ type: 'ApiKeyUsed', data: { text: 'CURRENT' } }]);
    expect(apiKey.decide(used('b', soon), key)).toEqual([]);
    const rotated = run(issue(), used('a', NOW), rotate('b', NOW + DAY_MS), used('b', NOW + HOUR_MS), used('a', soon));
    expect(rotated).toMatchObject({ usedAt: iso(NOW + HOUR_MS), previousUsedAt: iso(soon) });
  });

  it('never opens with a text that was retired longer than its overlap, nor with more than two, whatever comes', () => {
    const text = fc.constantFrom('a', 'b', 'c', 'd');
    const command: fc.Arbitrary<ApiKeyCommand> = fc.oneof(
      { weight: 4, arbitrary: text.map((keyHash) => issue({ keyHash })) },
      {
        weight: 6,
        arbitrary: fc
          .tuple(text, fc.option(fc.integer({ min: 1, max: 5 })))
          .map(([t, days]) => rotate(t, days === null ? undefined : NOW + days * DAY_MS)),
      },
      { weight: 3, arbitrary: text.map((t) => used(t, NOW)) },
      { weight: 1, arbitrary: fc.constant(revoke) },
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 15 }), (commands) => {
        let key = apiKey.initial('office');
        let isRevoked = false;
        for (const one of commands) {
          key = after(key, one);
          isRevoked ||= one.type === 'Pause' && key.settings !== undefined;
          const opening = ['a', 'b', 'c', 'd'].filter((hash) => openedBy(key, hash, NOW) !== null);
          expect(opening.length).toBeLessThanOrEqual(isRevoked ? 0 : 2);
          const late = ['a', 'b', 'c', 'd'].filter((hash) => openedBy(key, hash, NOW + 5 * DAY_MS) !== null);
          expect(late).toEqual(isRevoked || key.settings === undefined ? [] : [key.settings.keyHash]);
        }
      }),
    );
  });
});

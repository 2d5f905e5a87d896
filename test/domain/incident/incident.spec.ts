import fc from 'fast-check';
import { incident, type IncidentCommand, type IncidentState } from '../../../src/domain/incident/decide';
import type { IncidentEvent, IncidentFigures } from '../../../src/domain/incident/events';
import { closeAfterMs, defaultIncidentPolicy as policy } from '../../../src/domain/incident/policy';
import { levelOf, levelOfRest, type Level, watched, type Watched } from '../../../src/domain/incident/watch';
import { isRejection } from '../../../src/domain/kernel/rejection';
import { toIso } from '../../../src/domain/kernel/time';
import { at, given, minutes, seconds, T0 } from '../../support/given';

const subject = { kind: 'CHANNEL_ILL', subject: 'up' } as const;
const bad = { value: 1, threshold: 1 };
const figures: IncidentFigures = {
  orders: 0,
  amounts: [],
  causes: [],
  diverted: 0,
  retries: 0,
  refundsOrdered: 0,
  refunded: 0,
  delivered: 0,
  people: [],
  leftWaiting: 0,
  leftInDoubt: 0,
  leftInReview: 0,
  leftOwed: [],
  truncated: false,
};
const alarm = (sinceMs: number, atMs: number, more: object = {}): IncidentCommand => ({
  type: 'Alarm',
  ...subject,
  ...bad,
  ordinal: 1,
  cause: 'TIMEOUTS',
  since: T0 + sinceMs,
  at: T0 + atMs,
  policy,
  ...more,
});
const calm = (sinceMs: number, atMs: number): IncidentCommand => ({ type: 'Calm', since: T0 + sinceMs, at: T0 + atMs, policy, figures });
const openedAt = (ms: number) =>
  at<IncidentEvent>(ms, { type: 'IncidentOpened', data: { ...subject, ...bad, ordinal: 1, cause: 'TIMEOUTS', since: toIso(T0) } });
const closedAt = (ms: number) => at<IncidentEvent>(ms, { type: 'IncidentClosed', data: { calmSince: toIso(T0), peak: 1, figures } });
const reopenedAt = (ms: number) => at<IncidentEvent>(ms, { type: 'IncidentReopened', data: { ...bad, cause: 'ERRORS' } });
const acknowledged: IncidentEvent = { type: 'IncidentAcknowledged', data: {} };
const over = (sinceMs: number): IncidentEvent => ({ type: 'IncidentClosed', data: { calmSince: toIso(T0 + sinceMs), peak: 1, figures } });

describe('an incident', () => {
  it('is not opened by a blip, and is once the alarm has lasted', () => {
    given(incident)()
      .when(alarm(0, policy.openAfterMs - 1))
      .isAlreadySo();
    given(incident)().when(alarm(0, policy.openAfterMs)).thenTypes('IncidentOpened');
  });

  it('that is open is not opened again, and reminds nobody before its time', () =>
    given(incident)(openedAt(0))
      .when(alarm(0, policy.remindAfterMs - 1))
      .isAlreadySo());

  it('reminds people, ever more seldom, until somebody acknowledges it', () => {
    given(incident)(openedAt(0)).when(alarm(0, policy.remindAfterMs)).thenTypes('IncidentReminded');
    const reminded = at<IncidentEvent>(policy.remindAfterMs, { type: 'IncidentReminded', data: { ...bad, reminder: 1 } });
    given(incident)(openedAt(0), reminded)
      .when(alarm(0, 3 * policy.remindAfterMs - 1))
      .isAlreadySo();
    given(incident)(openedAt(0), reminded)
      .when(alarm(0, 3 * policy.remindAfterMs))
      .thenTypes('IncidentReminded');
    given(incident)(openedAt(0), acknowledged)
      .when(alarm(0, 100 * policy.remindAfterMs))
      .isAlreadySo();
  });

  it('is enriched when it is due, and only with what was looked at', () => {
    given(incident)(openedAt(0))
      .when(alarm(0, policy.enrichAfterMs, { figures }))
      .thenTypes('IncidentEnriched');
    given(incident)(openedAt(0)).when(alarm(0, policy.enrichAfterMs)).isAlreadySo();
    given(incident)(openedAt(0))
      .when(alarm(0, policy.enrichAfterMs - 1, { figures }))
      .isAlreadySo();
  });

  it('is closed when it has been calm for long enough', () => {
    given(incident)(openedAt(0))
      .when(calm(seconds(30), seconds(30) + policy.closeAfterMs - 1))
      .isAlreadySo();
    given(incident)(openedAt(0))
      .when(calm(seconds(30), seconds(30) + policy.closeAfterMs))
      .then(over(seconds(30)));
  });

  it('that comes back soon is the same one, and has to be calm for twice as long', () => {
    const back = minutes(5);
    given(incident)(openedAt(0), closedAt(minutes(1)))
      .when(alarm(back - policy.openAfterMs, back))
      .thenTypes('IncidentReopened');
    const again = given(incident)(openedAt(0), closedAt(minutes(1)), reopenedAt(back));
    again.when(calm(back, back + 2 * policy.closeAfterMs - 1)).isAlreadySo();
    again.when(calm(back, back + 2 * policy.closeAfterMs)).then(over(back));
  });

  it('that comes back late is another one', () => {
    const late = minutes(1) + policy.rejoinWithinMs;
    given(incident)(openedAt(0), closedAt(minutes(1)))
      .when(alarm(late - policy.openAfterMs, late))
      .rejects('INCIDENT_OVER');
  });

  it('is acknowledged once, while it is open', () => {
    given(incident)(openedAt(0)).when({ type: 'Acknowledge' }).then(acknowledged);
    given(incident)(openedAt(0), acknowledged).when({ type: 'Acknowledge' }).isAlreadySo();
    given(incident)(openedAt(0), closedAt(minutes(1)))
      .when({ type: 'Acknowledge' })
      .rejects('INCIDENT_OVER');
    given(incident)().when({ type: 'Acknowledge' }).rejects('INCIDENT_NOT_FOUND');
  });
});

/** Plays looks, a second apart, at one subject; what was stored of it, incident by incident. */
function play(levels: readonly Level[]): {
  readonly incidents: readonly IncidentState[];
  readonly events: readonly { readonly type: string; readonly at: number }[];
} {
  const incidents: IncidentState[] = [];
  const events: { type: string; at: number }[] = [];
  let seen: Watched | undefined;
  levels.forEach((level, second) => {
    const now = T0 + seconds(second);
    seen = watched(seen, level, now);
    const commands: IncidentCommand[] = [
      ...(seen.alarmingSince === undefined ? [] : [alarm(seen.alarmingSince - T0, now - T0, { ordinal: incidents.length || 1, figures })]),
      ...(seen.calmSince === undefined ? [] : [calm(seen.calmSince - T0, now - T0)]),
    ];
    for (const command of commands) {
      const ordinal = Math.max(0, incidents.length - 1);
      const decided = incident.decide(command, incidents[ordinal] ?? {});
      const isNext = isRejection(decided) && decided.code === 'INCIDENT_OVER';
      const decision = isNext ? incident.decide(command, {}) : decided;
      if (isRejection(decision)) continue;
      for (const event of decision) {
        const place = event.type === 'IncidentOpened' ? incidents.length : ordinal;
        incidents[place] = incident.evolve(incidents[place] ?? {}, { ...event, occurredAt: toIso(now) });
        events.push({ type: event.type, at: now });
      }
    }
  });
  return { incidents, events };
}

const days = fc
  .array(fc.tuple(fc.constantFrom<Level>('ALARM', 'CALM', 'BETWEEN'), fc.integer({ min: 1, max: 400 })), { minLength: 1, maxLength: 12 })
  .map((spells) => spells.flatMap(([level, count]) => Array.from({ length: count }, () => level)));

describe('incidents on one subject, whatever it does', () => {
  it('are never open two at a time', () =>
    fc.assert(fc.property(days, (levels) => play(levels).incidents.filter((state) => state.incident?.open === true).length <= 1)));

  it('are over once it stays calm', () =>
    fc.assert(
      fc.property(days, (levels) => {
        const longest = closeAfterMs(policy, 99) / 1_000 + 1;
        const { incidents } = play([...levels, ...Array.from({ length: longest }, (): Level => 'CALM')]);
        return incidents.every((state) => state.incident?.open === false);
      }),
      { numRuns: 50 },
    ));

  it('are opened by nothing that never alarmed for long enough', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Level>('CALM', 'BETWEEN'), { maxLength: 9 }), (rest) => {
        const blip = Array.from({ length: policy.openAfterMs / 1_000 }, (): Level => 'ALARM');
        return play([...blip, ...rest, 'CALM', ...blip]).events.length === 0;
      }),
    ));

  it('do not flap: what goes up and down all the time tells people a handful of times an hour', () =>
    fc.assert(
      fc.property(fc.integer({ min: 11, max: 120 }), fc.integer({ min: 1, max: 120 }), (up, down) => {
        const spell = [...Array.from({ length: up }, (): Level => 'ALARM'), ...Array.from({ length: down }, (): Level => 'CALM')];
        const hour = Array.from({ length: 3_600 }, (_, second) => spell[second % spell.length] ?? 'CALM');
        const told = play(hour).events.filter(({ type }) => type !== 'IncidentEnriched');
        return told.length <= 12;
      }),
      { numRuns: 40 },
    ));

  it('a number that wavers around its threshold is neither alarm nor calm on its way down', () => {
    expect([100, 99, 51, 50, 0].map((value) => levelOf({ value, threshold: 100 }))).toEqual(['ALARM', 'BETWEEN', 'BETWEEN', 'CALM', 'CALM']);
  });
});

describe('what runs low', () => {
  const low = { kind: 'STOCK_LOW', subject: 'steam-50' } as const;
  const openedLow = at<IncidentEvent>(0, {
    type: 'IncidentOpened',
    data: { ...low, value: 9, threshold: 10, ordinal: 1, cause: 'BELOW_UNITS', since: toIso(T0) },
  });

  it.each([
    [9, 'ALARM'],
    [10, 'BETWEEN'],
    [11, 'BETWEEN'],
    [12, 'CALM'],
  ] as const)('with %i of 10 left is %s', (value, level) => expect(levelOfRest({ value, threshold: 10 }, policy.lowCalmPercent)).toBe(level));
  it('never flaps while it wavers between its threshold and a fifth above', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 10, max: 11 }), { minLength: 1, maxLength: 50 }), (values) => {
        const levels = values.map((value) => levelOfRest({ value, threshold: 10 }, policy.lowCalmPercent));
        expect(levels).toEqual(values.map(() => 'BETWEEN'));
      }),
    ));
  it('is told once for each fall: nobody is reminded of a low stock', () =>
    given(incident)(openedLow)
      .when(alarm(0, minutes(600), { ...low, value: 1, threshold: 10 }))
      .isAlreadySo());
  it('was worst when least was left', () => {
    const enriched: IncidentEvent = { type: 'IncidentEnriched', data: { value: 2, threshold: 10, figures } };
    const again: IncidentEvent = { type: 'IncidentEnriched', data: { value: 8, threshold: 10, figures } };
    expect(given(incident)(openedLow, enriched, again).state.incident).toMatchObject({ value: 8, peak: 2 });
  });
});

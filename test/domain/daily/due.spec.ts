import fc from 'fast-check';
import { dayAfter, dayAt, dayBefore, isDay } from '../../../src/domain/closing/day';
import { dayToClose, isCheckpointDue } from '../../../src/domain/daily/due';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const policy = { timeZone: 'Asia/Shanghai', afterMs: HOUR_MS };
/** Shanghai is at UTC+8: its 21 November begins at 16:00 UTC on the 20th. */
const shanghai = (text: string): number => Date.parse(`${text}+08:00`);
const closed = (day: string) => ({ first: day, last: { day, endsAt: 0 } });

it.each(['2026-13-45', '2026-02-31', '2026-00-10', '0000-00-00', '2026-1-2', 'yesterday', ''])('%s is no day', (text) =>
  expect(isDay(text)).toBe(false),
);
it('29 February is a day of a leap year only', () => expect(['2028-02-29', '2026-02-29'].map(isDay)).toEqual([true, false]));

describe('the day that is to be closed', () => {
  const first = shanghai('2026-11-20T12:00:00');
  it('is none on the first day of a shop, nor before its first event', () => {
    expect(dayToClose({}, null, first, policy)).toBeNull();
    expect(dayToClose({}, first, shanghai('2026-11-20T23:59:00'), policy)).toBeNull();
  });
  it('is yesterday from an hour after its end, by the clock of the shop', () => {
    expect(dayToClose({}, first, shanghai('2026-11-21T00:59:59'), policy)).toBeNull();
    expect(dayToClose({}, first, shanghai('2026-11-21T01:00:00'), policy)).toBe('2026-11-20');
  });
  it('is the last one that is over in a shop that never closed any: it takes in all before', () =>
    expect(dayToClose({}, first, shanghai('2026-12-24T12:00:00'), policy)).toBe('2026-12-23'));
  it('is the one after the last, however long nobody was there, and none when yesterday is closed', () => {
    expect(dayToClose(closed('2026-11-21'), first, shanghai('2026-12-24T12:00:00'), policy)).toBe('2026-11-22');
    expect(dayToClose(closed('2026-11-21'), first, shanghai('2026-11-22T12:00:00'), policy)).toBeNull();
  });
  it('is one whose close was begun, before any other', () => {
    const state = { ...closed('2026-11-21'), pending: { day: '2026-11-22', endsAt: 0 } };
    expect(dayToClose(state, first, shanghai('2026-11-22T12:00:00'), policy)).toBe('2026-11-22');
  });
  it('is each day once and in order, whenever somebody looks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 * 24 }), { maxLength: 40 }),
        fc.constantFrom('UTC', 'Asia/Shanghai', 'America/New_York'),
        (hours, timeZone) => {
          const days: string[] = [];
          let now = first;
          for (const later of hours) {
            now += later * HOUR_MS;
            for (;;) {
              const last = days.at(-1);
              const day = dayToClose(last === undefined ? {} : closed(last), first, now, { timeZone, afterMs: HOUR_MS });
              if (day === null) break;
              expect(day < dayAt(now, timeZone)).toBe(true);
              if (last !== undefined) expect(day).toBe(dayAfter(last));
              days.push(day);
            }
            if (now - first > 2 * DAY_MS) expect(days.at(-1)).toBe(dayBefore(dayAt(now - HOUR_MS, timeZone)));
          }
        },
      ),
    );
  });
});

describe('a checkpoint', () => {
  it('is due once for each day that is over, and one makes up for many', () => {
    const signed = shanghai('2026-11-21T01:00:00');
    expect(isCheckpointDue(null, signed, policy)).toBe(false);
    expect(isCheckpointDue(signed, shanghai('2026-11-22T00:59:59'), policy)).toBe(false);
    expect(isCheckpointDue(signed, shanghai('2026-11-22T01:00:00'), policy)).toBe(true);
    expect(isCheckpointDue(shanghai('2026-12-24T09:00:00'), shanghai('2026-12-24T12:00:00'), policy)).toBe(false);
  });
});

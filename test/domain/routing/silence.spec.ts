import fc from 'fast-check';
import { heldBack, silentAgain, type Put, type Silence } from '../../../src/domain/routing/silence';
import { minutes, seconds } from '../../support/given';

/** 1 s, 2 s, 4 s … up to ten minutes. */
const pauseMs = (times: number): number => Math.min(seconds(1) * 2 ** (times - 1), minutes(10));
const inTime = (heardBefore: number): Put => ({ heardBefore, early: false });
const early = (heardBefore: number): Put => ({ heardBefore, early: true });

describe('a question that met silence', () => {
  it('is put again after a back-off that grows to ten minutes while nobody is heard there', () => {
    let silence: Silence | undefined;
    for (let times = 1; times <= 12; times++) silence = silentAgain(silence, inTime(0), 0, 0, pauseMs);
    expect(heldBack(silence as Silence, 0, 0)).toEqual({ at: minutes(10), orWhenHeard: true });
    expect(heldBack(silence as Silence, 0, minutes(10))).toBeUndefined();
  });

  it('goes at once when whoever was asked is heard of, however far off its own time is', () => {
    const silence = silentAgain({ times: 11, againAt: 0, heardBefore: 3, passedOver: 0, earlyAt: 0 }, inTime(3), 3, minutes(1), pauseMs);
    expect(heldBack(silence, 3, minutes(2))).toEqual({ at: minutes(11), orWhenHeard: true });
    expect(heldBack(silence, 4, minutes(2))).toBeUndefined();
  });

  it('was put before others were answered and is silent after them: it goes again soon, and not at once', () => {
    const silence = silentAgain(undefined, inTime(3), 5, 0, () => seconds(20));
    expect(heldBack({ ...silence, againAt: minutes(9) }, 5, 0)).toEqual({ at: seconds(20), orWhenHeard: false });
    expect(heldBack({ ...silence, againAt: minutes(9) }, 5, seconds(20))).toBeUndefined();
  });

  it('is ahead of its time once for each answer of others, and waits for the next one', () => {
    const first = silentAgain(undefined, inTime(0), 0, 0, pauseMs);
    const second = silentAgain({ ...first, times: 9 }, early(1), 1, seconds(1), pauseMs);
    expect(heldBack(second, 1, seconds(2))).toMatchObject({ orWhenHeard: true });
    expect(heldBack(second, 2, seconds(2))).toBeUndefined();
  });

  it('is never put later than its own back-off says, and never waits for nothing', () =>
    fc.assert(
      fc.property(fc.array(fc.record({ early: fc.boolean(), heard: fc.nat(3), afterMs: fc.nat(seconds(30)) }), { maxLength: 20 }), (story) => {
        let [silence, now, heard]: [Silence | undefined, number, number] = [undefined, 0, 0];
        for (const put of story) {
          const heardBefore = heard;
          heard += put.heard;
          now += put.afterMs;
          silence = silentAgain(silence, { heardBefore, early: put.early }, heard, now, pauseMs);
          const held = heldBack(silence, heard, now);
          if (held === undefined) continue;
          expect(held.at).toBeGreaterThan(now);
          expect(held.at).toBeLessThanOrEqual(now + pauseMs(silence.times));
        }
      }),
    ));

  it('that is never answered is put a few times while others are answered all the time, not with each of their answers', () => {
    let [silence, puts]: [Silence | undefined, number] = [undefined, 0];
    for (let now = 0; now < minutes(10); now += seconds(1)) {
      const heard = now / seconds(1);
      if (silence !== undefined && heldBack(silence, heard, now) !== undefined) continue;
      silence = silentAgain(silence, { heardBefore: heard, early: (silence?.againAt ?? 0) > now }, heard + 1, now, pauseMs);
      puts++;
    }
    expect(puts).toBeLessThan(12);
  });
});

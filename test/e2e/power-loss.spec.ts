import { FAULTS_COUNT, RecordedDisk } from '../support/power/recorded-disk';
import { Chance } from '../support/chance';
import { expectEverythingSaidIsThere } from '../support/power/after-cut';
import { endOf, wholeLog } from '../support/power/bad-disk';
import { powerCutBy } from '../support/power/power-cuts';
import { seedOf } from './support/busy-shop';

const CUTS = Number(process.env['CARDRAIL_TEST_POWER_CUTS'] ?? 20);
/** Each record is a run with a fault of its own, and a second run on what that has left; every fault gets its turn, more than once in a long test. */
const CUTS_PER_RECORD = Math.min(100, Math.ceil(CUTS / FAULTS_COUNT));

const missing = RecordedDisk.whatIsMissing();
if (missing !== null) console.info(`no power is cut here: ${missing}`);

/** Files that a bad disk has changed behind our back. */
const DAMAGES = Number(process.env['CARDRAIL_TEST_DAMAGES'] ?? 20);

describe('a power cut', () => {
  (missing === null ? it : it.skip)(
    `at any of ${CUTS} moments leaves every acknowledged event, nothing by halves, and files that are sound`,
    async () => {
      const seed = seedOf('power cuts');
      const chance = new Chance(seed);
      const disk = RecordedDisk.make();
      try {
        let undecided = 0;
        for (let made = 0; made < CUTS;) {
          const cuts = Math.min(CUTS - made, CUTS_PER_RECORD);
          const record = await disk.record(chance);
          for (const { image, said, at, left } of record.cutBy(cuts, powerCutBy(chance), chance)) {
            await expectEverythingSaidIsThere(image, said, disk.emptyFolder(), `${record.about}, step ${at}`);
            undecided += left;
          }
          made += cuts;
        }
        // Cuts at moments at which nothing was undecided would show nothing.
        expect(undecided).toBeGreaterThan(CUTS);
        console.info(`${CUTS} power cuts: ${undecided} changes were not synced yet when the power went`);
      } finally {
        disk.remove();
      }
    },
    120_000 + CUTS * 5_000,
  );
});

describe('a bad disk', () => {
  (missing === null ? it : it.skip)(
    `that changes ${DAMAGES} files in some place is found out by the start or by verify, wherever a reader would see something else`,
    async () => {
      const seed = seedOf('damage');
      const chance = new Chance(seed);
      const disk = RecordedDisk.make();
      try {
        const image = (await disk.record(chance)).atEnd();
        const whole = await wholeLog(image, disk.emptyFolder());
        const ends = { unseen: 0, refused: 0, named: 0, 'like a cut': 0 };
        for (let made = 0; made < DAMAGES; made++) ends[await endOf(image, whole, chance, disk.emptyFolder())]++;
        expect(ends.refused).toBeGreaterThan(0);
        console.info(`${DAMAGES} damages: ${JSON.stringify(ends)}`);
      } finally {
        disk.remove();
      }
    },
    120_000 + DAMAGES * 5_000,
  );
});

import { RecordedDisk } from '../support/power/recorded-disk';
import { Chance } from '../support/chance';
import { expectEverythingSaidIsThere } from '../support/power/after-cut';
import { powerCutBy } from '../support/power/power-cuts';
import { seedOf } from './support/busy-shop';

const CUTS = Number(process.env['CARDRAIL_TEST_POWER_CUTS'] ?? 20);
/** Each record is a run of its own, with a fault of its own, and a second run on what the first has left. */
const CUTS_PER_RECORD = 100;

const missing = RecordedDisk.whatIsMissing();
if (missing !== null) console.info(`no power is cut here: ${missing}`);

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
          const cuts = Math.min(CUTS - made, Math.max(5, CUTS_PER_RECORD));
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

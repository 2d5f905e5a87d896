import fc from 'fast-check';
import { job, type JobCommand } from '../../../src/domain/job/decide';
import type { JobEvent } from '../../../src/domain/job/events';
import { fold, given } from '../../support/given';

const ordered: JobEvent = { type: 'CardRotationOrdered', data: { kid: 's2', cards: 3 } };
const stopped: JobEvent = { type: 'CardRotationStopRequested', data: {} };
const passEnded: JobEvent = { type: 'CardRotationPassEnded', data: { pass: 1 } };
const counts = (resealed: number) => ({ looked: 3, resealed, pastRetention: 0, unreadable: 0 });
const progressed = (upTo: string, resealed: number): JobEvent => ({ type: 'CardRotationProgressed', data: { upTo, ...counts(resealed) } });
const progress = (pass: number, from: string, upTo: string, resealed: number): JobCommand => ({
  type: 'RecordRotationProgress',
  pass,
  from,
  upTo,
  ...counts(resealed),
});

describe('a rotation of keys', () => {
  it('is ordered once', () => {
    given(job, 'j')().when({ type: 'OrderCardRotation', kid: 's2', cards: 3 }).then(ordered);
    given(job, 'j')(ordered).when({ type: 'OrderCardRotation', kid: 's3', cards: 3 }).isAlreadySo();
  });

  it('records progress once, whoever else was as far, and none of a pass that is over', () => {
    given(
      job,
      'j',
    )(ordered)
      .when(progress(1, '', 'c', 3))
      .then(progressed('c', 3));
    given(job, 'j')(ordered, progressed('c', 3))
      .when(progress(1, '', 'c', 3))
      .isAlreadySo();
    given(job, 'j')(ordered, progressed('c', 3), passEnded)
      .when(progress(1, '', 'c', 3))
      .isAlreadySo();
  });

  it('goes through all cards again after a pass that sealed any, and is done after one that did not', () => {
    given(job, 'j')(ordered, progressed('c', 3)).when({ type: 'EndRotationPass', pass: 1 }).then(passEnded);
    given(job, 'j')(ordered, progressed('c', 3), passEnded).when({ type: 'EndRotationPass', pass: 1 }).isAlreadySo();
    given(job, 'j')(ordered, progressed('c', 3), passEnded, progressed('c', 0))
      .when({ type: 'EndRotationPass', pass: 2 })
      .then({ type: 'CardRotationEnded', data: { end: 'DONE' } });
  });

  it('that a person stopped ends so, though there is more to do', () => {
    given(job, 'j')(ordered).when({ type: 'StopJob' }).then(stopped);
    given(job, 'j')(ordered, progressed('c', 3), stopped)
      .when({ type: 'EndRotationPass', pass: 1 })
      .then({ type: 'CardRotationEnded', data: { end: 'STOPPED' } });
    given(job, 'j')().when({ type: 'StopJob' }).rejects('JOB_NOT_FOUND');
  });

  it('comes to the same, however many workers tell the same progress in whatever order', () => {
    const told: readonly JobCommand[] = [
      progress(1, '', 'b', 2),
      progress(1, 'b', 'c', 1),
      { type: 'EndRotationPass', pass: 1 },
      progress(2, '', 'c', 0),
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...told), { maxLength: 30 }), (noise) => {
        // What each worker tells comes in its own order; others may repeat anything of it in between.
        const events: JobEvent[] = [ordered];
        const tell = (command: JobCommand): void => {
          const decision = job.decide(command, fold(job, 'j', events));
          if (!('rejected' in decision)) events.push(...decision);
        };
        for (const command of told) {
          for (const repeated of noise.filter((one) => told.indexOf(one) < told.indexOf(command))) tell(repeated);
          tell(command);
        }
        tell({ type: 'EndRotationPass', pass: 2 });
        expect(fold(job, 'j', events).rotation).toMatchObject({ resealed: 3, pass: 2, end: 'DONE' });
      }),
    );
  });
});

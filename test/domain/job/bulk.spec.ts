import fc from 'fast-check';
import { addCounts, SELECTED_PER_EVENT } from '../../../src/domain/job/bulk';
import { job } from '../../../src/domain/job/decide';
import type { JobEvent } from '../../../src/domain/job/events';
import { fold, given } from '../../support/given';

const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `order-${at}`);
const ordered = (count: number): readonly JobEvent[] => {
  const decision = job.decide({ type: 'OrderBulkRepair', action: 'REFUND', filter: '{}', orderIds: ids(count) }, { id: 'j1' });
  return 'rejected' in decision ? [] : decision;
};
const nothing = { changed: 0, unchanged: 0, refused: [] } as const;
const progress = (from: number, next: number) => ({ type: 'RecordBulkProgress', from, next, ...nothing, changed: next - from }) as const;
const progressed = (next: number, changed: number): JobEvent => ({
  type: 'BulkRepairProgressed',
  data: { next, changed, unchanged: 0, refused: [] },
});
const stopped: JobEvent = { type: 'BulkRepairStopRequested', data: {} };

describe('a repair of many orders', () => {
  it('fixes its orders in the append that orders it, in bounded events', () => {
    const events = ordered(SELECTED_PER_EVENT + 1);
    expect(events.map(({ type }) => type)).toEqual(['BulkRepairOrdered', 'BulkRepairSelected', 'BulkRepairSelected']);
    expect(fold(job, 'j', events).bulk?.orderIds).toEqual(ids(SELECTED_PER_EVENT + 1));
  });

  it('that was ordered before is not ordered again', () =>
    given(
      job,
      'j',
    )(...ordered(2))
      .when({ type: 'OrderBulkRepair', action: 'REFUND', filter: '{}', orderIds: [] })
      .then());

  it('records progress once, whoever else was as far', () => {
    given(
      job,
      'j',
    )(...ordered(3))
      .when(progress(0, 2))
      .then(progressed(2, 2));
    given(job, 'j')(...ordered(3), progressed(2, 2))
      .when(progress(0, 2))
      .then();
  });

  it('is done when the last order is settled, and not before', () => {
    given(job, 'j')(...ordered(2), progressed(1, 1))
      .when({ type: 'EndBulkRepair' })
      .then();
    given(job, 'j')(...ordered(2), progressed(2, 2))
      .when({ type: 'EndBulkRepair' })
      .then({ type: 'BulkRepairEnded', data: { end: 'DONE', left: 0 } });
  });

  it('that a person stopped ends with what is left untouched', () =>
    given(job, 'j')(...ordered(3), progressed(1, 1), stopped)
      .when({ type: 'EndBulkRepair' })
      .then({ type: 'BulkRepairEnded', data: { end: 'STOPPED', left: 2 } }));

  it('that was stopped after its last order is done all the same', () =>
    given(job, 'j')(...ordered(1), progressed(1, 1), stopped)
      .when({ type: 'EndBulkRepair' })
      .then({ type: 'BulkRepairEnded', data: { end: 'DONE', left: 0 } }));

  it('takes nothing more once it has ended', () => {
    const over: JobEvent = { type: 'BulkRepairEnded', data: { end: 'STOPPED', left: 2 } };
    for (const command of [progress(0, 1), { type: 'StopBulkRepair' } as const, { type: 'EndBulkRepair' } as const])
      given(job, 'j')(...ordered(2), stopped, over)
        .when(command)
        .then();
  });

  it('that does not exist cannot be stopped', () => given(job, 'j')().when({ type: 'StopBulkRepair' }).rejects('JOB_NOT_FOUND'));

  it('counts every settled order once, whatever was cut off and told again', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 40 }), (orders, attempts) => {
        let state = fold(job, 'j', ordered(orders));
        for (const [from, next] of attempts) {
          const decision = job.decide(progress(from, Math.min(next, orders)), state);
          if ('rejected' in decision) throw new Error(decision.code);
          for (const event of decision) state = job.evolve(state, { ...event, occurredAt: '2026-01-01T00:00:00.000Z' });
        }
        return state.bulk?.changed === state.bulk?.next;
      }),
    ));

  it('adds refusals up by code', () =>
    expect(
      addCounts(
        { ...nothing, refused: [{ code: 'B', count: 1 }] },
        {
          ...nothing,
          refused: [
            { code: 'A', count: 2 },
            { code: 'B', count: 3 },
          ],
        },
      ),
    ).toEqual({
      ...nothing,
      refused: [
        { code: 'A', count: 2 },
        { code: 'B', count: 4 },
      ],
    }));
});

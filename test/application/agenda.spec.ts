import { Agenda } from '../../src/application/engine/agenda';

describe('what an engine has to do', () => {
  const lanes = { laneOf: () => 'default', shareOf: () => ({ weight: 1, max: 10 }) };
  const rankOf = (id: string): number => (id.startsWith('theirs') ? 1 : 0);

  it('is in its snapshot whole: what runs, is up or is overdue is due at once in the next life, the rest at its time', () => {
    const agenda = new Agenda({ rankOf }, { runningMax: 10, overdueMs: 1_000 }, lanes);
    agenda.wakes.set('later', 9_000, ['stock:sku'], 1);
    agenda.wakes.set('runs', 10, ['stock:sku'], 2);
    agenda.wakes.set('theirs-overdue', 10, [], 3);
    agenda.takeDue(2_000);
    expect(agenda.begin()).toBe('runs');
    agenda.mark('is-up', 2_000);
    const entries = new Map(agenda.entries().map(({ id, dueAt, waitsFor }) => [id, { dueAt, waitsFor }]));
    expect(entries).toEqual(
      new Map([
        ['later', { dueAt: 9_000, waitsFor: ['stock:sku'] }],
        ['runs', { dueAt: 0, waitsFor: ['stock:sku'] }],
        ['theirs-overdue', { dueAt: 0, waitsFor: [] }],
        ['is-up', { dueAt: 0, waitsFor: [] }],
      ]),
    );
  });
});

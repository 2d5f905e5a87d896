import { CELLS, neverHit } from '../../src/simulation/report/coverage';
import { coverageTable } from '../../src/simulation/report/owner-report';
import { FAULT_ROWS, Faults, type FaultsKit } from '../../src/simulation/world/faults';

const kit: FaultsKit = { seed: 1, rates: {}, now: () => 0, calmFrom: 1, phaseOf: () => 'AWAITING_BUYER', tell: () => undefined };

describe('which faults struck which orders', () => {
  it('every row of the fault table that is injected names the phases in which it can strike', () => {
    for (const row of FAULT_ROWS) expect({ row, cells: CELLS[row].length }).not.toEqual({ row, cells: 0 });
    expect(Object.keys(CELLS).sort()).toEqual([...FAULT_ROWS].sort());
  });

  it('a run in which nothing went wrong has hit no cell', () => {
    expect(neverHit({})).toHaveLength(FAULT_ROWS.reduce((sum, row) => sum + CELLS[row].length, 0));
  });

  it('a cell that was hit is not named any more, its neighbours are', () => {
    const faults = new Faults(kit);
    faults.count('gateway-silent', ['order']);
    faults.count('subscription-dropped', []);
    const missed = neverHit(faults.coverage);
    expect(missed).not.toContain('F7 AWAITING_BUYER');
    expect(missed).not.toContain('F18 NONE');
    expect(missed).toContain('F7 OPENING_PAYMENT');
    expect(coverageTable({ coverage: faults.coverage })).toContain('F7 OPENING_PAYMENT');
  });
});

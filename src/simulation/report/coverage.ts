import { PHASES, type Phase } from '../../domain/order/phase';
import { type Coverage, FAULT_ROWS, type FaultRow } from '../world/faults';

/** What a fault is counted under that hits cards which are bought ahead. */
export const BUYING_AHEAD = 'BUYING_AHEAD';
/** NONE: it hits no order · ABSENT: one of which nothing is stored yet. */
export type Cell = Phase | typeof BUYING_AHEAD | 'NONE' | 'ABSENT';

/** The table: rows are faults, columns are places where an order can stand. */
export const COLUMNS: readonly Cell[] = ['NONE', 'ABSENT', ...PHASES, BUYING_AHEAD];

interface Left {
  readonly cells: readonly Cell[];
  readonly why: string;
}

const ENDS: readonly Cell[] = ['DELIVERED', 'PARTLY_DELIVERED', 'DECLINED', 'CANCELLED', 'REFUNDED', 'EXPIRED'];
const UNPAID_ENDS: readonly Cell[] = ['DECLINED', 'CANCELLED', 'EXPIRED'];

const wholeShop: Left = {
  cells: ['ABSENT', ...ENDS, BUYING_AHEAD],
  why: 'it befalls the whole shop, and counts with the orders that are open in it',
};
const aProcess: Left = { cells: COLUMNS.filter((cell) => cell !== 'NONE'), why: 'it happens to a process, and to no order' };
const unpaid: Left = { cells: ['QUEUED'], why: 'no payment of it was requested yet' };
const aboutPayments: readonly Left[] = [
  { cells: ['NONE', 'ABSENT'], why: 'gateways are asked about payments of orders that are there' },
  unpaid,
  { cells: [BUYING_AHEAD], why: 'nobody pays for it' },
];
const notices: readonly Left[] = [
  { cells: ['NONE', 'ABSENT'], why: 'notices are about orders that are there, or are foreign and count with the one they were made of' },
  unpaid,
];
const purchases: readonly Left[] = [
  { cells: ['ABSENT'], why: 'channels are asked about purchases of orders that are there' },
  { cells: UNPAID_ENDS, why: 'nothing was bought for who never paid' },
];

/** Cells that cannot be, and why. */
const NEVER: Readonly<Record<FaultRow, readonly Left[]>> = {
  F1: [],
  F2: [wholeShop],
  F3: [],
  F4: [],
  F5: [],
  F6: [wholeShop],
  F7: aboutPayments,
  F8: aboutPayments,
  F9: notices,
  F10: notices,
  F11: [wholeShop],
  F12: [aProcess],
  F13: [aProcess],
  F14: [{ cells: ['ABSENT'], why: 'what is left out has been stored' }],
  F17: [{ cells: ['NONE', 'ABSENT'], why: 'engines act on orders that are there' }],
  F18: [],
  F19: [aProcess],
  F20: [wholeShop],
  F22: [wholeShop],
  F23: [wholeShop],
  F25: purchases,
  F26: [
    {
      cells: ['NONE', 'ABSENT', 'QUEUED', 'PURCHASE_IN_DOUBT', 'REFUND_IN_DOUBT', ...ENDS, BUYING_AHEAD],
      why: 'cards are reserved for who is to pay or has paid, and not while a purchase is in doubt or money goes back',
    },
  ],
  F27: [wholeShop],
  F28: [wholeShop],
  F29: purchases,
  F30: [wholeShop],
};

/** Cells that can be, but only where rare things meet: they are counted, and no run can be asked for them. */
const BY_COINCIDENCE: Partial<Readonly<Record<FaultRow, readonly Left[]>>> = {
  F14: [{ cells: ['QUEUED'], why: 'a gap lies between two events, and one that is queued has hardly more than its first' }],
  F17: [{ cells: ['QUEUED'], why: 'whoever loses a race for it finds it taken up, but for a buyer who cancels in that moment' }],
  F26: [{ cells: ['PURCHASING', 'REFUNDING'], why: 'goods that come late after all, or a refund by a person, while a claim of cards is on its way' }],
  F29: [
    {
      cells: ['PARTLY_DELIVERED'],
      why: 'a process stands still as it asks after a purchase that was given up, of an order that got a part elsewhere',
    },
  ],
};

const whyOf = (left: readonly Left[] | undefined, cell: Cell): string | null => left?.find(({ cells }) => cells.includes(cell))?.why ?? null;

/** Why a cell cannot be; null for one that can. */
export const whyNever = (row: FaultRow, cell: Cell): string | null => whyOf(NEVER[row], cell);

/** Why a cell that can be is hit by coincidence alone; null for one that a long enough run must have hit. */
export const whySeldom = (row: FaultRow, cell: Cell): string | null => whyOf(BY_COINCIDENCE[row], cell);

const timesHit = (coverage: Coverage, row: FaultRow, cell: Cell): number => coverage[row]?.[cell] ?? 0;

const cellsOf = (isMeant: (row: FaultRow, cell: Cell) => boolean): readonly string[] =>
  FAULT_ROWS.flatMap((row) => COLUMNS.filter((cell) => isMeant(row, cell)).map((cell) => `${row} ${cell}`));

/** The cells of a row that a long enough run must have hit. */
export const cellsToHit = (row: FaultRow): readonly Cell[] => COLUMNS.filter((cell) => whyNever(row, cell) === null && whySeldom(row, cell) === null);

/** Those that were not hit, as `F7 EXPIRED`. */
export const neverHit = (coverage: Coverage): readonly string[] =>
  cellsOf((row, cell) => cellsToHit(row).includes(cell) && timesHit(coverage, row, cell) === 0);

/** Cells that cannot exist and were hit: the table is wrong. */
export const hitAllTheSame = (coverage: Coverage): readonly string[] =>
  cellsOf((row, cell) => whyNever(row, cell) !== null && timesHit(coverage, row, cell) > 0);

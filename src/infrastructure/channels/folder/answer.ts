import type { ChannelCard, PurchaseFacts } from '../../../application/ports/channel';
import { plainDecimal } from '../../../domain/kernel/decimal';
import { cardSchema } from '../../../protocols/channel-v1';
import { words } from '../../../protocols/wire';
import { readCsv, type Row } from './csv';

/** What the request said of the goods. */
export interface Wanted {
  readonly requestId: string;
  readonly quantity: number;
  readonly currency: string;
}

export const pending = ({ requestId, currency }: Wanted): PurchaseFacts => ({
  requestId,
  status: 'PENDING',
  cards: [],
  malformedCards: 0,
  unitCostMinor: 0,
  currency,
});

/**
 * An answer file as our facts, by its columns: `code` and `cost` (and what else belongs to a card), `receipt` and `cost`, or `refused`. Undefined for what is none
 * of these. A row without a code, or without a plain cost, is a card that was paid for and is none.
 */
export function purchaseIn(text: string, wanted: Wanted): PurchaseFacts | undefined {
  const rows = readCsv(text);
  const [first] = rows ?? [];
  if (rows === undefined || first === undefined) return undefined;
  const columns = Object.keys(first).filter((name) => name === 'code' || name === 'receipt' || name === 'refused');
  // One that says two things says neither.
  if (columns.length !== 1) return undefined;
  switch (columns[0]) {
    case 'refused':
      return rows.length === 1 ? refused(first, wanted) : undefined;
    case 'receipt':
      return rows.length === 1 ? toppedUp(first, wanted) : undefined;
    default:
      return sold(rows, wanted);
  }
}

function refused({ refused: word = '' }: Row, wanted: Wanted): PurchaseFacts | undefined {
  const reason = words.min(1).safeParse(word.trim()).data;
  return reason === undefined ? undefined : { ...pending(wanted), status: 'REFUSED', reason };
}

function toppedUp({ receipt = '', cost }: Row, wanted: Wanted): PurchaseFacts | undefined {
  const text = cardSchema.shape.code.safeParse(receipt.trim()).data;
  const costMinor = costOf(cost, wanted);
  if (text === undefined || costMinor === null) return undefined;
  return { ...pending(wanted), status: 'COMPLETED', receipt: text, unitCostMinor: Math.ceil(costMinor / wanted.quantity) };
}

/** Cards may cost differently; what one did is the mean, rounded up, so that no cost is left out. */
function sold(rows: readonly Row[], wanted: Wanted): PurchaseFacts {
  const read = rows.map((row) => ({ card: cardOf(row), costMinor: costOf(row['cost'], wanted) }));
  const whole = read.flatMap(({ card, costMinor }) => (card === undefined || costMinor === null ? [] : [{ card, costMinor }]));
  const costMinor = whole.reduce((sum, one) => sum + one.costMinor, 0);
  return {
    ...pending(wanted),
    status: rows.length < wanted.quantity ? 'PARTIAL' : 'COMPLETED',
    cards: whole.map(({ card }) => card),
    malformedCards: rows.length - whole.length,
    unitCostMinor: whole.length === 0 ? 0 : Math.ceil(costMinor / whole.length),
  };
}

function cardOf({ code = '', cost: _told, expiresAt = '', ...others }: Row): ChannelCard | undefined {
  const fields = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== ''));
  const card = { code: code.trim(), ...(expiresAt === '' ? {} : { expiresAt }), ...(Object.keys(fields).length === 0 ? {} : { fields }) };
  return cardSchema.safeParse(card).data;
}

const costOf = (cost: string | undefined, { currency }: Wanted): number | null => plainDecimal(cost?.trim() ?? '', currency);

import type { CardEvent } from '../domain/card/events';

/** Where the cards of something stand; the sum is the number of cards that were ever stocked. */
export type CardCounts = {
  readonly available: number;
  /** An order holds it. */
  readonly claimed: number;
  readonly quarantined: number;
  readonly voided: number;
  readonly expired: number;
};

export const noCards: CardCounts = { available: 0, claimed: 0, quarantined: 0, voided: 0, expired: 0 };

const COUNTED_AS = { AVAILABLE: 'available', QUARANTINED: 'quarantined', VOIDED: 'voided' } as const;

function moved<R extends CardCounts>(row: R, from: keyof CardCounts, to: keyof CardCounts): R {
  const without = { ...row, [from]: row[from] - 1 };
  return { ...without, [to]: without[to] + 1 };
}

/** Every counter moves by what the event itself says, so nothing has to be remembered between events. */
export function countCard<R extends CardCounts>(row: R, event: CardEvent): R {
  switch (event.type) {
    case 'CardStocked':
      return { ...row, available: row.available + 1 };
    case 'CardClaimed':
      return moved(row, 'available', 'claimed');
    case 'CardReleased':
      return event.data.claimed ? moved(row, 'claimed', 'available') : row;
    case 'CardQuarantined':
      return moved(row, COUNTED_AS[event.data.from], 'quarantined');
    case 'CardVoided':
      return moved(row, COUNTED_AS[event.data.from], 'voided');
    case 'CardRestocked':
      return moved(row, 'quarantined', 'available');
    case 'CardExpired':
      return moved(row, 'available', 'expired');
    default:
      return row;
  }
}

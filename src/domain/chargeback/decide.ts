import { exhaustive, type Decider } from '../kernel/decider';
import type { Happened } from '../kernel/event';
import { sameMoney } from '../kernel/money';
import { reject, type Rejection } from '../kernel/rejection';
import type { ChargebackEvent } from './events';

type Opened = Extract<ChargebackEvent, { type: 'ChargebackOpened' }>['data'];

export interface ChargebackState {
  readonly opened?: Opened;
  readonly evidenceHash?: string;
  readonly end?: 'WON' | 'LOST';
}

export type ChargebackCommand =
  | ({ readonly type: 'Open' } & Opened)
  | { readonly type: 'SendEvidence'; readonly evidenceHash: string }
  | { readonly type: 'Win' }
  | { readonly type: 'Lose' };

export type ChargebackRejection = Rejection<'CHARGEBACK_NOT_OPEN' | 'CHARGEBACK_OPENED_OTHERWISE' | 'CHARGEBACK_ENDED'>;

function evolve(state: ChargebackState, event: Happened<ChargebackEvent>): ChargebackState {
  switch (event.type) {
    case 'ChargebackOpened':
      return { ...state, opened: event.data };
    case 'ChargebackEvidenceSent':
      return { ...state, evidenceHash: event.data.evidenceHash };
    case 'ChargebackWon':
      return { ...state, end: 'WON' };
    case 'ChargebackLost':
      return { ...state, end: 'LOST' };
    default:
      return exhaustive(event, state);
  }
}

/**
 * GIVEN a case of a gateway
 * WHEN  it is opened, evidence is sent, and it is won or lost
 * THEN  each is a fact, with its money · ALREADY SO for what was said before
 * REJECTED CHARGEBACK_OPENED_OTHERWISE for another payment or amount · CHARGEBACK_NOT_OPEN before it is opened · CHARGEBACK_ENDED
 * for evidence after the end, or the other end
 */
function decide(command: ChargebackCommand, { opened, evidenceHash, end }: ChargebackState): readonly ChargebackEvent[] | ChargebackRejection {
  if (command.type === 'Open') {
    const { type: _type, ...data } = command;
    if (opened === undefined) return [{ type: 'ChargebackOpened', data }];
    return opened.reference === data.reference && sameMoney(opened.amount, data.amount) ? [] : reject('CHARGEBACK_OPENED_OTHERWISE');
  }
  if (opened === undefined) return reject('CHARGEBACK_NOT_OPEN');
  if (command.type === 'SendEvidence') {
    if (end !== undefined) return reject('CHARGEBACK_ENDED');
    return evidenceHash === command.evidenceHash ? [] : [{ type: 'ChargebackEvidenceSent', data: { evidenceHash: command.evidenceHash } }];
  }
  const wanted = command.type === 'Win' ? 'WON' : 'LOST';
  if (end !== undefined) return end === wanted ? [] : reject('CHARGEBACK_ENDED');
  const { gatewayId, amount } = opened;
  return [{ type: wanted === 'WON' ? 'ChargebackWon' : 'ChargebackLost', data: { gatewayId, amount } }];
}

export const chargeback: Decider<ChargebackCommand, ChargebackEvent, ChargebackState, ChargebackRejection> = {
  initial: () => ({}),
  evolve,
  decide,
};

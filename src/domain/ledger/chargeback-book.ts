import type { ChargebackEvent } from '../chargeback/events';
import { move, type Place, type Posting } from './posting';

/** The gateway withholds the money from the day the case is opened; won, it gives it back. */
export function bookChargeback(event: ChargebackEvent): readonly Posting[] {
  if (event.type === 'ChargebackEvidenceSent') return [];
  const { gatewayId: party, amount } = event.data;
  const [gateway, open]: readonly [Place, Place] = [
    { account: 'gateway', party },
    { account: 'chargebacks', party },
  ];
  if (event.type === 'ChargebackOpened') return move(open, gateway, amount);
  return event.type === 'ChargebackWon' ? move(gateway, open, amount) : move({ account: 'chargebackLosses', party }, open, amount);
}

import { isIncidentMessage, type Notifier, type OrderMessage } from '../../application/ports/notifier';
import { drawnUnit } from '../world/chance';
import type { Surroundings } from '../world/surroundings';

/** Share of mails that are to be sent again. */
const MAIL_FAILS = 0.3;

/** The mailboxes of buyers. Until everything is calm the server is busy now and then. */
export const mailToBuyers = (around: Surroundings, calmFrom: number, sent: (message: OrderMessage) => void): Notifier => ({
  id: 'mail',
  takesRepeats: false,
  wants: (message) => !isIncidentMessage(message) && message.kind !== 'ORDER_EVENT',
  send: async (message) => {
    const { scheduler, delays, seed, story } = around;
    if (isIncidentMessage(message)) return { outcome: 'refused', why: 'buyers are not told of incidents' };
    await scheduler.sleep(delays.of(`mail ${message.messageId}`, 10, 800));
    if (scheduler.now < calmFrom && drawnUnit(seed, `mail ${message.messageId} ${scheduler.now}`) < MAIL_FAILS)
      return { outcome: 'retry', why: 'the mail server is busy' };
    story.tell(`message ${message.messageId} ${message.kind} ${message.orderId}`);
    sent(message);
    return { outcome: 'sent' };
  },
});

/** The room in which the people sit who run the shop. `heard` gets the id of the event that they are told of. */
export const chatOfTheShop = ({ scheduler, delays, story }: Surroundings, heard: (eventId: string) => void): Notifier => ({
  id: 'chat',
  takesRepeats: false,
  wants: isIncidentMessage,
  send: async (message) => {
    await scheduler.sleep(delays.of(`chat ${message.messageId}`, 10, 800));
    if (!isIncidentMessage(message)) return { outcome: 'refused', why: 'nobody here sells anything' };
    story.tell(`chat ${message.kind} ${message.about.kind} ${message.about.subject}`);
    heard(String(message.payload['eventId']));
    return { outcome: 'sent' };
  },
});

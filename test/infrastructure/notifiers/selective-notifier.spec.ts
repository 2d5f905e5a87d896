import type { IncidentMessage, Message, Notifier } from '../../../src/application/ports/notifier';
import { type Selection, SelectiveNotifier } from '../../../src/infrastructure/notifiers/selective-notifier';

const message = (over: Partial<IncidentMessage> = {}): IncidentMessage => ({
  messageId: 'event-1:room',
  kind: 'INCIDENT_OPENED',
  incidentId: 'i',
  about: { kind: 'GATEWAY_ILL', subject: 'main' },
  locale: 'en',
  title: 't',
  lines: [],
  payload: {},
  ...over,
});
const everything: Notifier = { id: 'room', takesRepeats: false, wants: () => true, send: () => Promise.resolve({ outcome: 'sent' }) };
const hears = (selection: Selection, of: Message, notifier = everything): boolean => new SelectiveNotifier(notifier, selection).wants(of);

describe('what a notifier of the file hears of', () => {
  it('is every incident unless it says less', () => expect(hears({}, message())).toBe(true));

  it.each<[string, Selection, boolean]>([
    ['its kinds', { kinds: ['GATEWAY_ILL', 'CHANNEL_ILL'] }, true],
    ['no other kinds', { kinds: ['STOCK_LOW'] }, false],
    ['its subjects', { subjects: ['main'] }, true],
    ['no other subjects', { subjects: ['second'] }, false],
    ['its news', { news: ['INCIDENT_OPENED', 'INCIDENT_CLOSED'] }, true],
    ['no other news', { news: ['INCIDENT_CLOSED'] }, false],
    ['only what fits all that it says', { kinds: ['GATEWAY_ILL'], subjects: ['second'] }, false],
  ])('is %s', (_what, selection, heard) => expect(hears(selection, message())).toBe(heard));

  it('is no order', () => {
    const order: Message = { messageId: 'm', kind: 'ORDER_EVENT', orderId: 'o', orderNumber: 'n', orderUrl: 'u', locale: 'en', payload: {} };
    expect(hears({}, order)).toBe(false);
  });

  it('is nothing that the place itself does not take', () => expect(hears({}, message(), { ...everything, wants: () => false })).toBe(false));

  it('is handed on as it was', async () => {
    const room = new SelectiveNotifier(everything, {});
    expect([room.id, room.takesRepeats, await room.send(message(), new AbortController().signal)]).toEqual(['room', false, { outcome: 'sent' }]);
  });
});

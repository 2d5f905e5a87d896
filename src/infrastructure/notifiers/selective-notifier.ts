import { type IncidentMessage, isIncidentMessage, type Message, type Notifier, type SendResult } from '../../application/ports/notifier';
import type { IncidentKind } from '../../domain/incident/events';

/** What people at one place hear of incidents. What is absent leaves nothing out; what is there must all fit. */
export interface Selection {
  readonly kinds?: readonly IncidentKind[];
  /** Ids as incidents name what they are about: of a channel, gateway or SKU, `stock:<sku>`, `channel:<id>`. */
  readonly subjects?: readonly string[];
  /** Whether it began, goes on, came back or is over. */
  readonly news?: readonly IncidentMessage['kind'][];
}

const fits = (wanted: readonly string[] | undefined, word: string): boolean => wanted === undefined || wanted.includes(word);

/** Keeps from a place what its people did not ask for, so that several robots need not all say everything. */
export class SelectiveNotifier implements Notifier {
  readonly id: string;
  readonly takesRepeats: boolean;

  constructor(
    private readonly notifier: Notifier,
    private readonly selection: Selection,
  ) {
    this.id = notifier.id;
    this.takesRepeats = notifier.takesRepeats;
  }

  wants(message: Message): boolean {
    if (!isIncidentMessage(message)) return false;
    const { kinds, subjects, news } = this.selection;
    const { kind, subject } = message.about;
    return fits(kinds, kind) && fits(subjects, subject) && fits(news, message.kind) && this.notifier.wants(message);
  }

  send(message: Message, signal: AbortSignal): Promise<SendResult> {
    return this.notifier.send(message, signal);
  }
}

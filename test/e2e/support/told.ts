import type { LiveShop } from '../../support/live-shop';
import { Shopper } from '../../support/shopper';
import type { WebhookSink } from '../../support/webhook-sink';
import { pause } from './busy-shop';
import type { TakenCallback } from './callback-ear';

const SEND_WITHIN_MS = 60_000;

/** Every event of these orders was told to the shop's own system, in its order. Repeats are allowed. */
export async function expectWebhooksSent(shop: LiveShop, sink: WebhookSink, orderIds: readonly string[]): Promise<void> {
  const shopper = new Shopper(shop);
  const deadline = performance.now() + SEND_WITHIN_MS;
  for (const id of orderIds) {
    const history = await shopper.history(id);
    const told = (): readonly string[] => sink.eventsOf(id).slice(0, history.length);
    while (told().length < history.length && performance.now() < deadline) await pause(50);
    expect({ id, told: told() }).toEqual({ id, told: history });
  }
}

interface LoggedEvent {
  readonly type: string;
  readonly data: { readonly noticeId?: string; readonly reference?: string; readonly requestId?: string };
}

/**
 * What the shop had taken of its gateways and channels is in its log: under the notice's own id, or, for one that told nothing new,
 * by an earlier one about the same payment or purchase, or by what a query had said of it.
 */
export async function expectCallbacksStored(shop: LiveShop, taken: readonly TakenCallback[]): Promise<void> {
  const notices = new Set<string>();
  const settled = new Set<string>();
  const { stdout } = await shop.must(['events', 'export']);
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    const { type, data } = JSON.parse(line) as LoggedEvent;
    if (data.noticeId !== undefined) notices.add(data.noticeId);
    const subject = data.reference ?? data.requestId;
    if (subject !== undefined && !/Request/.test(type)) settled.add(subject);
  }
  expect(taken.length).toBeGreaterThan(0);
  expect(taken.filter(({ noticeId, subject }) => !notices.has(noticeId) && !settled.has(subject))).toEqual([]);
}

import type { KeyLoss, KeyUse } from '../../domain/key/events';
import { retentionMsOf } from '../../config/key-settings';
import { answer, table } from '../output';
import { configOf, withLog } from '../session';

interface KeyUses extends KeyUse, KeyLoss {
  readonly kid: string;
  readonly inKeyring: boolean;
}

/** Of every key that the keyring has or that something is sealed with. */
async function usesOfKeys(): Promise<readonly KeyUses[]> {
  const [{ KeyUses }, { kidsOf }, { filesOf, openSubjectKeys }] = await Promise.all([
    import('../../application/keys/key-uses'),
    import('../../workbench'),
    import('../../stores'),
  ]);
  const config = configOf();
  const there = kidsOf(filesOf(config).keyring);
  const uses = new KeyUses(() => true);
  await withLog(config, async (log) => {
    for await (const { events } of log.after(null)) for (const event of events) uses.take(event);
  });
  const subjectKeys = await openSubjectKeys(config);
  const retentionMs = retentionMsOf(config.values);
  try {
    return await Promise.all(
      [...new Set([...there, ...uses.kids])].map(async (kid) => {
        const { use, loss } = uses.of(kid, retentionMs, Date.now());
        return { kid, inKeyring: there.includes(kid), ...use, subjects: await subjectKeys.countWrappedBy(kid), ...loss };
      }),
    );
  } finally {
    await subjectKeys.close();
  }
}

export async function list({ json }: { readonly json?: true }): Promise<void> {
  const keys = await usesOfKeys();
  await answer(json, keys, () =>
    table(
      ['KEY', 'IN KEYRING', 'CARDS', 'ORDERS', 'BUYERS', 'OTHERS', 'VOIDED', 'PAST RETENTION'],
      keys.map(({ kid, inKeyring, cards, orders, subjects, others, voidedCards, oldCards, oldOrders }) => [
        kid,
        inKeyring ? 'yes' : 'NO: what it sealed cannot be opened',
        ...[cards, orders, subjects ?? 0, others, voidedCards, oldCards + oldOrders].map(String),
      ]),
    ),
  );
}

/** What a log that was put in place holds that this keyring cannot open, in a sentence for each key; empty when it opens all. */
export async function unopenable(): Promise<readonly string[]> {
  const keys = await usesOfKeys();
  return keys
    .filter(({ inKeyring, cards, orders, others }) => !inKeyring && cards + orders + others > 0)
    .map(
      ({ kid, cards, orders, others }) =>
        `the keyring has no key ${kid}: ${cards} cards, ${orders} orders and ${others} other streams were sealed with it and cannot be opened`,
    );
}

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { answer } from '../output';
import { configOf } from '../session';
import { readShownOrder } from './orders';

/** Writes what is known of an order for a buyer's bank: when it was paid, delivered and looked at, step by step; never a code. */
export async function writeEvidence(asked: string, { out, json }: { readonly out: string; readonly json?: true }): Promise<void> {
  const { order, timeline } = await readShownOrder(configOf(), asked, { locale: 'en', inside: false });
  const { id, number, status, skuId, quantity, amount, paid, refunded, submittedAt, paidAt, deliveredAt, firstViewedAt, payments } = order;
  // Remarks of the shop's own people are nobody else's.
  const told = timeline.filter(({ type }) => type !== 'NoteAdded');
  const steps = told.map(({ revision, type, occurredAt, recordedAt, actor, summary, hash }) => ({
    revision,
    type,
    occurredAt,
    recordedAt,
    actor: actor.kind,
    summary,
    hash,
  }));
  const taken = payments.map(({ reference, gatewayId, status: state, amount: wanted }) => ({ reference, gatewayId, status: state, amount: wanted }));
  const pack = {
    format: 'cardrail-evidence/1',
    order: { id, number, status, skuId, quantity, amount, paid, refunded, submittedAt, paidAt, deliveredAt, firstViewedAt },
    payments: taken,
    steps,
  };
  const text = `${JSON.stringify(pack, null, 2)}\n`;
  await writeFile(out, text, { mode: 0o600 });
  const evidenceHash = createHash('sha256').update(text, 'utf8').digest('hex');
  await answer(json, { file: out, steps: steps.length, evidenceHash }, () => `${out}  ${steps.length} steps  SHA-256 ${evidenceHash}`);
}

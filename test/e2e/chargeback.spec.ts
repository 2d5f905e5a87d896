import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerView } from '../../src/application/finance/ledger-report';
import { dayAt } from '../../src/domain/closing/day';
import { LiveShop } from '../support/live-shop';
import { Shopper } from '../support/shopper';

test('a chargeback moves its money as it goes, and the evidence tells when codes were seen and none of them', async () => {
  const shop = await LiveShop.start({ skus: { plenty: {} } });
  try {
    const codes = await shop.stock('plenty', 5);
    const shopper = new Shopper(shop);
    const { id, token } = await shopper.order({ skuId: 'plenty' });
    await shopper.untilStatus(id, 'COMPLETED');
    await shopper.reveal(id, token);

    const out = join(shop.folder, 'evidence.json');
    const { stdout } = await shop.must(['finance', 'evidence', id, '--out', out, '--json']);
    const { evidenceHash } = JSON.parse(stdout) as { evidenceHash: string };
    const text = await readFile(out, 'utf8');
    expect(createHash('sha256').update(text).digest('hex')).toBe(evidenceHash);
    expect(codes.filter((code) => text.includes(code))).toEqual([]);
    const pack = JSON.parse(text) as { order: { firstViewedAt: string | null }; steps: { type: string }[] };
    expect(pack.order.firstViewedAt).not.toBeNull();
    expect(pack.steps.map(({ type }) => type)).toEqual(expect.arrayContaining(['PaymentConfirmed', 'OrderDelivered', 'CardsRevealed']));

    const record = async (caseId: string, step: string, more: object = {}): Promise<string | undefined> => {
      const input = { idempotencyKey: `${caseId}-${step}`, reason: 'a letter', gatewayId: 'main', caseId, step, ...more };
      const answered = await fetch(`${shop.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${shop.adminKey}` },
        body: JSON.stringify({
          query: 'mutation ($input: RecordChargebackInput!) { recordChargeback(input: $input) { userErrors { code } } }',
          variables: { input },
        }),
      });
      const { data, errors } = (await answered.json()) as { data?: { recordChargeback: { userErrors: { code: string }[] } }; errors?: object };
      if (data == null) throw new Error(JSON.stringify(errors));
      return data.recordChargeback.userErrors[0]?.code;
    };
    const balances = async (): Promise<Readonly<Record<string, number>>> => {
      const day = dayAt(Date.now(), 'UTC');
      const { accounts } = JSON.parse((await shop.must(['finance', 'ledger', '--day', day, '--json'])).stdout) as LedgerView;
      const of = (account: string): number => accounts.find((line) => line.account === account)?.balanceMinor ?? 0;
      return { gateway: of('gateway'), chargebacks: of('chargebacks'), losses: of('chargebackLosses') };
    };
    const opening = { orderId: id, reference: `${id}.1`, amountMinor: 4_800 };
    expect(await record('CB-1', 'WON')).toBe('CHARGEBACK_NOT_OPEN');
    expect(await record('CB-1', 'OPENED', { ...opening, amountMinor: 4_801 })).toBe('AMOUNT_TOO_LARGE');
    expect(await record('CB-1', 'OPENED', { ...opening, reference: 'no-such' })).toBe('PAYMENT_NOT_FOUND');
    expect(await record('CB-2', 'OPENED', opening)).toBeUndefined();
    expect(await balances()).toEqual({ gateway: 0, chargebacks: 4_800, losses: 0 });
    expect(await record('CB-2', 'EVIDENCE_SENT', { evidenceHash })).toBeUndefined();
    expect(await record('CB-2', 'LOST')).toBeUndefined();
    expect(await record('CB-2', 'WON')).toBe('CHARGEBACK_ENDED');
    expect(await balances()).toEqual({ gateway: 0, chargebacks: 0, losses: 4_800 });
  } finally {
    await shop.close();
  }
}, 180_000);

import type { CallOptions, PaymentRequest } from '../../../src/application/ports/gateway';
import { buildGateway, type OpenGateway } from '../../../src/infrastructure/gateways/registry';
import { describeGatewayContract, factsOf } from '../../contracts/gateway.contract';
import { listenForNotices, type NoticeListener, paymentRequest, startTestSandbox, type TestSandbox } from '../../support/sandbox';
import { listenAt, stripeSandboxAccount, stripeSettings } from '../../support/stripe';

async function start() {
  const sandbox = await startTestSandbox({ stripe: stripeSandboxAccount, merchantId: 'shop-1' });
  const gateway = buildGateway(stripeSettings(sandbox.url), Date.now);
  const listener = await listenForNotices();
  await listenAt(sandbox.url, listener.url);
  const close = async (): Promise<void> => {
    await gateway.release();
    await sandbox.close();
    await listener.close();
  };
  return { sandbox, gateway, listener, close };
}

const newPayment = (changes: Partial<PaymentRequest> = {}): PaymentRequest => paymentRequest({ kind: 'redirect', merchantId: 'shop-1', ...changes });

describeGatewayContract('the sandbox over stripe', async () => {
  const { sandbox, gateway, listener, close } = await start();
  return {
    gateway,
    kinds: ['redirect'],
    namesRefunds: true,
    newPayment,
    pay: async (reference) => void (await sandbox.pay(reference)),
    async noticeAbout(reference) {
      for (let wanted = 1; ; wanted++) {
        const notice = (await listener.count(wanted)).find(({ body }) => body.includes(`"${reference}"`));
        if (notice) return notice;
      }
    },
    close,
  };
});

describe('when Stripe misbehaves', () => {
  let sandbox: TestSandbox;
  let gateway: OpenGateway;
  let listener: NoticeListener;
  let close: () => Promise<void>;
  beforeEach(async () => ({ sandbox, gateway, listener, close } = await start()));
  afterEach(() => close());

  const calling: CallOptions = { timeoutMs: 5_000 };
  const impatient: CallOptions = { timeoutMs: 250 };
  const sessions = '/v1/checkout/sessions';
  const truth = async ({ reference }: PaymentRequest) => (await sandbox.ledger()).payments.filter((row) => row.reference === reference);

  it.each(['commit-then-hang', 'reset-after-commit', 'error-after-commit', 'bad-json-after-commit', 'oversized'])(
    '%s of the session: asked by our reference alone it is found, the same, and is paid once',
    async (fault) => {
      await sandbox.faults([{ method: 'POST', path: sessions, fault }]);
      const asked = newPayment();
      expect((await gateway.request(asked, impatient)).outcome).toBe('unknown');
      await sandbox.faults([]);
      const found = factsOf(await gateway.query(asked.reference, calling));
      expect(found).toMatchObject({ status: 'OPEN', payUrl: expect.stringMatching(/^http/), amountMinor: 4_800 });
      expect(factsOf(await gateway.request(asked, calling))).toEqual(found);
      await sandbox.pay(asked.reference);
      expect(factsOf(await gateway.query(asked.reference, calling))).toMatchObject({ status: 'PAID', capturedMinor: 4_800 });
      expect(await truth(asked)).toHaveLength(1);
    },
  );

  it('a session that never arrived is made by whoever asks, and can be closed; a cut connection is not repeated by the SDK', async () => {
    await sandbox.faults([{ method: 'POST', path: sessions, fault: 'hang' }]);
    const asked = newPayment();
    expect((await gateway.request(asked, impatient)).outcome).toBe('unknown');
    expect(await truth(asked)).toEqual([]);
    await sandbox.faults([]);
    expect(factsOf(await gateway.query(asked.reference, calling)).status).toBe('OPEN');
    expect(factsOf(await gateway.close(asked.reference, calling)).status).toBe('CLOSED');
    expect(factsOf(await gateway.query(asked.reference, calling)).status).toBe('CLOSED');
  });

  it('the id of a session is kept: after a day, when the key is forgotten, it is found all the same', async () => {
    const asked = newPayment();
    await gateway.request(asked, calling);
    const [kept, lost] = [newPayment(), newPayment()];
    const tomorrow = buildGateway(stripeSettings(sandbox.url), () => Date.now() + 86_400_000);
    await gateway.request(kept, calling);
    await sandbox.faults([{ method: 'POST', path: sessions, fault: 'hang' }]);
    await gateway.request(lost, impatient);
    await sandbox.faults([]);
    expect(factsOf(await tomorrow.query(kept.reference, calling)).status).toBe('OPEN');
    expect(await tomorrow.query(lost.reference, calling)).toEqual({ outcome: 'unknown', cause: 'SESSION_ID_LOST' });
    await tomorrow.release();
  });

  it.each(['commit-then-hang', 'reset-after-commit'])('%s of a refund: the money goes back once', async (fault) => {
    const asked = newPayment();
    await gateway.request(asked, calling);
    await sandbox.pay(asked.reference);
    const refund = { reference: asked.reference, refundReference: 'back.r1', amountMinor: 1_800 };
    await sandbox.faults([{ method: 'POST', path: '/v1/refunds', fault }]);
    expect((await gateway.refund(refund, impatient)).outcome).toBe('unknown');
    await sandbox.faults([]);
    expect(factsOf(await gateway.queryRefund(refund, calling)).status).toBe('REFUNDED');
    expect(factsOf(await gateway.refund(refund, calling)).status).toBe('REFUNDED');
    expect((await sandbox.ledger()).refunds).toHaveLength(1);
  });

  it('a wrong amount is told as it is, money that came too late for a close as PAID, a stale answer as it stands', async () => {
    await sandbox.faults([{ fault: 'wrong-amount' }]);
    const short = newPayment();
    await gateway.request(short, calling);
    await sandbox.pay(short.reference);
    expect(factsOf(await gateway.query(short.reference, calling))).toMatchObject({ status: 'PAID', amountMinor: 4_800, capturedMinor: 4_799 });
    await sandbox.faults([{ fault: 'close-too-late' }]);
    const late = newPayment();
    await gateway.request(late, calling);
    expect(factsOf(await gateway.close(late.reference, calling))).toMatchObject({ status: 'PAID', capturedMinor: 4_800 });
    await sandbox.faults([{ fault: 'stale-status' }]);
    expect(factsOf(await gateway.query(late.reference, calling))).toMatchObject({ status: 'OPEN', capturedMinor: 0 });
  });

  it('a foreign notice is genuine and says so, a forged one is not, and the same one twice has one id', async () => {
    const verdicts = async (fault: string, wanted: number) => {
      await sandbox.faults([{ fault }]);
      const before = listener.received.length;
      const asked = newPayment();
      await gateway.request(asked, calling);
      await sandbox.pay(asked.reference);
      return (await listener.count(before + wanted)).slice(before).map((notice) => gateway.verifyNotice(notice));
    };
    const merchants = (await verdicts('foreign-notice', 3)).map((check) => check.outcome === 'genuine' && check.notice.facts.merchantId);
    expect(new Set(merchants)).toEqual(new Set(['somebody-else', 'shop-1']));
    expect((await verdicts('forged-notice', 2)).map(({ outcome }) => outcome)).toContain('forged');
    const twice = await verdicts('duplicate-notice', 2);
    expect(new Set(twice.map((check) => check.outcome === 'genuine' && check.notice.noticeId)).size).toBe(1);
  });

  it('old and future signatures, a second header and a query string are refused', async () => {
    const asked = newPayment();
    await gateway.request(asked, calling);
    await sandbox.pay(asked.reference);
    const [notice] = await listener.count(1);
    if (notice === undefined) throw new Error('there is no notice');
    const at = (shiftMs: number) => gateway.verifyNotice({ ...notice, receivedAtMs: notice.receivedAtMs + shiftMs }).outcome;
    expect([at(0), at(290_000), at(310_000), at(-310_000)]).toEqual(['genuine', 'genuine', 'forged', 'forged']);
    const header = String(notice.headers['stripe-signature']);
    expect(gateway.verifyNotice({ ...notice, headers: { ...notice.headers, 'stripe-signature': [header, header] } }).outcome).toBe('forged');
    expect(gateway.verifyNotice({ ...notice, inQuery: true }).outcome).toBe('forged');
    const rotated = buildGateway(
      stripeSettings(sandbox.url, { webhookSecrets: ['whsec_theNewOneOfTwo0123456789', ...stripeSettings('').webhookSecrets] }),
      Date.now,
    );
    expect(rotated.verifyNotice(notice).outcome).toBe('genuine');
    await rotated.release();
  });
});

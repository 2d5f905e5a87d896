import type { CallOptions, PaymentRequest } from '../../../src/application/ports/gateway';
import { buildGateway, type GatewaySettings } from '../../../src/infrastructure/gateways/registry';
import { describeGatewayContract, factsOf } from '../../contracts/gateway.contract';
import { blindSettings, hostedSandboxAccount, hostedSettings } from '../../support/hosted';
import { rememberingPages } from '../../support/opened-pages';
import { listenForNotices, paymentRequest, startTestSandbox } from '../../support/sandbox';

async function start(settingsAt: (url: string) => GatewaySettings) {
  const sandbox = await startTestSandbox({ hosted: hostedSandboxAccount });
  const built = buildGateway(settingsAt(sandbox.url), Date.now);
  const listener = await listenForNotices();
  const { gateway, openPage } = rememberingPages(built);
  const newPayment = (changes: Partial<PaymentRequest> = {}): PaymentRequest =>
    paymentRequest({ kind: 'redirect', notifyUrl: listener.url, ...changes });
  const pay = async (reference: string): Promise<void> => {
    await openPage(reference);
    const status = await sandbox.pay(reference);
    if (status !== 200) throw new Error(`paying was answered ${status}`);
  };
  const close = async (): Promise<void> => {
    await built.release();
    await sandbox.close();
    await listener.close();
  };
  return { sandbox, gateway, listener, newPayment, openPage, pay, close };
}

function describeHosted(name: string, settingsAt: (url: string) => GatewaySettings): void {
  describeGatewayContract(name, async () => {
    const { gateway, listener, newPayment, pay, close } = await start(settingsAt);
    return {
      gateway,
      kinds: ['redirect'],
      namesRefunds: true,
      newPayment,
      pay,
      async noticeAbout(reference) {
        for (let wanted = 1; ; wanted++) {
          const notice = (await listener.count(wanted)).find(({ body }) => body.includes(`"${reference}"`));
          if (notice) return notice;
        }
      },
      close,
    };
  });
}

describeHosted('the sandbox over signed-webhook', (url) => hostedSettings(url));
describeHosted('the sandbox over signed-webhook that cannot be asked', blindSettings);

describe('when the service misbehaves', () => {
  let up: Awaited<ReturnType<typeof start>>;
  beforeEach(async () => (up = await start((url) => hostedSettings(url))));
  afterEach(() => up.close());

  const calling: CallOptions = { timeoutMs: 5_000 };
  const impatient: CallOptions = { timeoutMs: 250 };
  const opened = async (): Promise<PaymentRequest> => {
    const payment = up.newPayment();
    factsOf(await up.gateway.request(payment, calling));
    await up.openPage(payment.reference);
    return payment;
  };

  it('a link that its buyer changed makes no payment', async () => {
    const payment = up.newPayment();
    const { payUrl = '' } = factsOf(await up.gateway.request(payment, calling));
    expect((await fetch(payUrl.replace('amount=48.00', 'amount=0.01'))).status).toBe(400);
    expect((await up.sandbox.ledger()).payments).toEqual([]);
    expect((await fetch(payUrl)).status).toBe(200);
    expect((await up.sandbox.ledger()).payments).toMatchObject([{ reference: payment.reference, amountMinor: 4_800 }]);
  });

  it.each(['hang', 'error', 'reset-after-commit', 'bad-json-after-commit', 'oversized'])('%s of a question is no answer', async (fault) => {
    const payment = await opened();
    await up.sandbox.faults([{ method: 'GET', path: '/hosted/payments/*', fault }]);
    expect((await up.gateway.query(payment.reference, impatient)).outcome).toBe('unknown');
  });

  it('money that is short is told as it is', async () => {
    await up.sandbox.faults([{ fault: 'wrong-amount' }]);
    const payment = await opened();
    await up.sandbox.pay(payment.reference);
    expect(factsOf(await up.gateway.query(payment.reference, calling))).toMatchObject({ status: 'PAID', capturedMinor: 4_799 });
  });

  it('a foreign notice is genuine and says so, a forged one is not', async () => {
    const verdicts = async (fault: string) => {
      await up.sandbox.faults([{ fault }]);
      const before = up.listener.received.length;
      const payment = await opened();
      await up.sandbox.pay(payment.reference);
      return (await up.listener.count(before + 2)).slice(before).map((notice) => up.gateway.verifyNotice(notice));
    };
    const merchants = (await verdicts('foreign-notice')).map((check) => check.outcome === 'genuine' && check.notice.facts.merchantId);
    expect(merchants).toContain('somebody-else');
    expect((await verdicts('forged-notice')).map(({ outcome }) => outcome)).toContain('forged');
  });

  it('a refund whose answer was lost goes back once', async () => {
    const payment = await opened();
    await up.sandbox.pay(payment.reference);
    const refund = { reference: payment.reference, refundReference: 'back.r1', amountMinor: 1_800 };
    await up.sandbox.faults([{ method: 'POST', path: '/hosted/payments/*/refunds', fault: 'commit-then-hang' }]);
    expect((await up.gateway.refund(refund, impatient)).outcome).toBe('unknown');
    await up.sandbox.faults([]);
    expect(factsOf(await up.gateway.refund(refund, calling)).status).toBe('REFUNDED');
    expect((await up.sandbox.ledger()).refunds).toHaveLength(1);
  });
});

import type { CallOptions, PaymentGateway, PaymentRequest } from '../../../src/application/ports/gateway';
import { AlipayGateway } from '../../../src/infrastructure/gateways/alipay/alipay-gateway';
import type { AlipaySettings } from '../../../src/infrastructure/gateways/alipay/settings';
import { tradeNumberOf } from '../../../src/infrastructure/gateways/trade-number';
import { IN_NOTICES, textToSign } from '../../../src/protocols/alipay/signing';
import { rsaSigning } from '../../../src/protocols/rsa-keys';
import { describeGatewayContract, factsOf } from '../../contracts/gateway.contract';
import { ALIPAY_APP, alipaySandboxAccount, alipaySettings } from '../../support/alipay';
import { orderReference, platformPair } from '../../support/epay';
import { rememberingPages } from '../../support/opened-pages';
import { listenForNotices, paymentRequest, startTestSandbox } from '../../support/sandbox';

const numberOf = (reference: string): string => tradeNumberOf(reference) ?? 'none';
const calling: CallOptions = { timeoutMs: 5_000 };

async function start(changes: Partial<AlipaySettings> = {}) {
  const sandbox = await startTestSandbox({ alipay: alipaySandboxAccount });
  const built = new AlipayGateway(alipaySettings(sandbox.url, changes), Date.now);
  const listener = await listenForNotices();
  const { gateway, openPage } = rememberingPages(built);
  const newPayment = (over: Partial<PaymentRequest> = {}): PaymentRequest =>
    paymentRequest({ kind: 'redirect', merchantId: ALIPAY_APP, reference: orderReference(), notifyUrl: listener.url, ...over });
  const pay = async (reference: string): Promise<void> => {
    await openPage(reference);
    const status = await sandbox.pay(numberOf(reference));
    if (status !== 200) throw new Error(`paying was answered ${status}`);
  };
  const noticeAbout = async (reference: string) => {
    for (let wanted = 1; ; wanted++) {
      const notice = (await listener.count(wanted)).find(({ body }) => body.includes(`out_trade_no=${numberOf(reference)}&`));
      if (notice) return notice;
    }
  };
  const close = async (): Promise<void> => {
    await built.release();
    await sandbox.close();
    await listener.close();
  };
  return { sandbox, gateway, newPayment, openPage, pay, noticeAbout, close };
}

describeGatewayContract('the sandbox over alipay', async () => {
  const { gateway, newPayment, pay, noticeAbout, close } = await start();
  return { gateway, kinds: ['redirect'], namesRefunds: true, newPayment, pay, noticeAbout, close };
});

describeGatewayContract('the sandbox over alipay with close, whose buyers open their page at once', async () => {
  const flags = { replay: false, lookup: true, cancel: true };
  const { gateway, newPayment, openPage, pay, noticeAbout, close } = await start({ checkout: 'WAP', flags });
  const atOnce: PaymentGateway = {
    ...gateway,
    async request(payment, options) {
      const answer = await gateway.request(payment, options);
      if (answer.outcome === 'answered') await openPage(payment.reference);
      return answer;
    },
  };
  return { gateway: atOnce, kinds: ['redirect'], namesRefunds: true, newPayment, pay, noticeAbout, close };
});

describe('when Alipay misbehaves', () => {
  let up: Awaited<ReturnType<typeof start>>;
  beforeEach(async () => (up = await start({ flags: { replay: false, lookup: true, cancel: true } })));
  afterEach(() => up.close());

  const opened = async (): Promise<PaymentRequest> => {
    const payment = up.newPayment();
    factsOf(await up.gateway.request(payment, calling));
    await up.openPage(payment.reference);
    return payment;
  };
  const paid = async (): Promise<PaymentRequest> => {
    const payment = await opened();
    await up.sandbox.pay(numberOf(payment.reference));
    return payment;
  };
  const refundOf = ({ reference }: PaymentRequest, amountMinor: number) => ({
    reference,
    refundReference: reference.replace(/\.1$/, '.r1'),
    amountMinor,
  });

  it('a page that nobody opened is no trade: it cannot be closed, and is not heard of', async () => {
    const payment = up.newPayment();
    await up.gateway.request(payment, calling);
    expect(await up.gateway.query(payment.reference, calling)).toEqual({ outcome: 'notFound' });
    expect(await up.gateway.close(payment.reference, calling)).toEqual({ outcome: 'notFound' });
  });

  it.each(['hang', 'error', 'bad-json-after-commit', 'oversized', 'malformed', 'reset-after-commit'])(
    '%s of a question is no answer',
    async (fault) => {
      const payment = await paid();
      await up.sandbox.faults([{ method: 'POST', path: '/gateway.do', fault }]);
      expect((await up.gateway.query(payment.reference, { timeoutMs: 300 })).outcome).toBe('unknown');
    },
  );

  it('a close that came too late is PAID; a wrong amount is told as it is', async () => {
    const late = await opened();
    await up.sandbox.faults([{ fault: 'close-too-late' }]);
    expect(factsOf(await up.gateway.close(late.reference, calling))).toMatchObject({ status: 'PAID', capturedMinor: 4_800 });
    await up.sandbox.faults([{ fault: 'wrong-amount' }]);
    const short = await paid();
    expect(factsOf(await up.gateway.query(short.reference, calling))).toMatchObject({ status: 'PAID', capturedMinor: 4_799 });
  });

  it('what was given back whole is closed at Alipay, and PAID and returned here', async () => {
    const payment = await paid();
    expect(factsOf(await up.gateway.refund(refundOf(payment, 4_800), calling)).status).toBe('REFUNDED');
    const facts = factsOf(await up.gateway.query(payment.reference, calling));
    expect(facts).toMatchObject({ status: 'PAID', capturedMinor: 4_800, refundedMinor: 4_800 });
  });

  it.each(['commit-then-hang', 'reset-after-commit'])('%s of a refund: asked about by its name it is there, and it went once', async (fault) => {
    const refund = refundOf(await paid(), 1_800);
    expect(await up.gateway.queryRefund(refund, calling)).toEqual({ outcome: 'notFound' });
    await up.sandbox.faults([{ method: 'POST', path: '/gateway.do', fault }]);
    expect((await up.gateway.refund(refund, { timeoutMs: 300 })).outcome).toBe('unknown');
    await up.sandbox.faults([]);
    expect(factsOf(await up.gateway.queryRefund(refund, calling)).status).toBe('REFUNDED');
    expect(factsOf(await up.gateway.refund(refund, calling)).status).toBe('PENDING');
    expect((await up.sandbox.ledger()).refunds).toHaveLength(1);
  });

  it('a foreign application and a foreign seller are genuine and say so; what is unfit is not believed', async () => {
    const notice = await up.noticeAbout((await paid()).reference);
    const told = Object.fromEntries(new URLSearchParams(notice.body.toString()));
    const sign = rsaSigning(platformPair.privateKey);
    const signed = (changes: object) => {
      const params: Record<string, string> = { ...told, ...changes };
      const body = new URLSearchParams({ ...params, sign: sign(textToSign(params, IN_NOTICES)) }).toString();
      return up.gateway.verifyNotice({ ...notice, body: Buffer.from(body) });
    };
    const merchantOf = (changes: object): unknown => {
      const check = signed(changes);
      return check.outcome === 'genuine' ? check.notice.facts.merchantId : check;
    };
    expect(merchantOf({})).toBe(ALIPAY_APP);
    expect(merchantOf({ app_id: '2021' })).toBe('2021');
    expect(merchantOf({ seller_id: '2088999999999999' })).toBe(`${ALIPAY_APP}.2088999999999999`);
    expect(signed({ total_amount: '1e1' })).toEqual({ outcome: 'unreadable', why: 'NO_PLAIN_AMOUNT' });
    expect(signed({ trade_status: 'TRADE_PENDING' })).toEqual({ outcome: 'unreadable', why: 'NOT_A_PAYMENT' });
    expect(signed({ sign_type: 'RSA' })).toEqual({ outcome: 'forged', why: 'WRONG_SIGN_TYPE' });
    expect(up.gateway.verifyNotice({ ...notice, inQuery: true }).outcome).toBe('forged');
    const twice = Buffer.from(`${notice.body.toString()}&total_amount=0.01`);
    expect(up.gateway.verifyNotice({ ...notice, body: twice })).toEqual({ outcome: 'forged', why: 'DUPLICATE_KEY' });
  });

  it('a closed trade that was never paid is CLOSED', async () => {
    const payment = await opened();
    await up.gateway.close(payment.reference, calling);
    const check = up.gateway.verifyNotice(await up.noticeAbout(payment.reference));
    expect(check).toMatchObject({ outcome: 'genuine', notice: { facts: { status: 'CLOSED', capturedMinor: 0 } } });
  });
});

import type { CallOptions, NoticeCheck, PaymentRequest } from '../../src/application/ports/gateway';
import { buildGateway } from '../../src/infrastructure/gateways/registry';
import type { OpenGateway } from '../../src/infrastructure/gateways/registry';
import { describeGatewayContract, factsOf } from '../contracts/gateway.contract';
import { listenForNotices, paymentRequest, startTestSandbox, until } from '../support/sandbox';
import type { NoticeListener, TestSandbox } from '../support/sandbox';

describeGatewayContract('the sandbox over http-v1', async () => {
  const sandbox = await startTestSandbox();
  const gateway = buildGateway(sandbox.settings, Date.now);
  const listener = await listenForNotices();
  return {
    gateway,
    kinds: ['redirect', 'charge'],
    namesRefunds: true,
    newPayment: (changes: Partial<PaymentRequest> = {}) => paymentRequest({ notifyUrl: listener.url, ...changes }),
    pay: async (reference) => void (await sandbox.pay(reference)),
    async noticeAbout(reference) {
      for (let wanted = 1; ; wanted++) {
        const notices = await listener.count(wanted);
        const notice = notices.find(({ body }) => body.includes(`"${reference}"`));
        if (notice) return notice;
      }
    },
    async close() {
      await gateway.release();
      await sandbox.close();
      await listener.close();
    },
  };
});

describe('a fault of the sandbox', () => {
  let sandbox: TestSandbox;
  let gateway: OpenGateway;
  let listener: NoticeListener;
  beforeEach(async () => {
    sandbox = await startTestSandbox();
    gateway = buildGateway(sandbox.settings, Date.now);
    listener = await listenForNotices();
  });
  afterEach(async () => {
    await gateway.release();
    await sandbox.close();
    await listener.close();
  });

  const calling: CallOptions = { timeoutMs: 5_000 };
  const impatient: CallOptions = { timeoutMs: 250 };
  const payment = (changes: Partial<PaymentRequest> = {}): PaymentRequest => paymentRequest({ notifyUrl: listener.url, ...changes });
  const truth = async ({ reference }: PaymentRequest) => (await sandbox.ledger()).payments.find((row) => row.reference === reference);
  const query = async ({ reference }: PaymentRequest) => factsOf(await gateway.query(reference, calling));

  it.each(['hang', 'error', 'refuse-connection'])('%s: the outcome is unknown and nothing was done', async (fault) => {
    await sandbox.faults([{ method: 'POST', fault, percent: 100 }]);
    const asked = payment();
    expect((await gateway.request(asked, impatient)).outcome).toBe('unknown');
    expect(
      await until(
        () => gateway.query(asked.reference, calling),
        ({ outcome }) => outcome !== 'notDone',
      ),
    ).toEqual({ outcome: 'notFound' });
    expect(await truth(asked)).toBeUndefined();
  });

  it.each(['error-after-commit', 'reset-after-commit', 'bad-json-after-commit', 'commit-then-hang', 'malformed', 'oversized'])(
    '%s: the outcome is unknown and the money was taken, once',
    async (fault) => {
      await sandbox.faults([{ method: 'POST', path: '/payments', fault, percent: 100 }]);
      const asked = payment();
      expect((await gateway.request(asked, impatient)).outcome).toBe('unknown');
      expect((await gateway.request(asked, impatient)).outcome).toBe('unknown');
      expect(await truth(asked)).toMatchObject({ status: 'PAID', capturedMinor: asked.amountMinor });
      expect(await query(asked)).toMatchObject({ status: 'PAID' });
    },
  );

  it('delay: the answer comes late and is right', async () => {
    await sandbox.faults([{ fault: 'delay', ms: 1_000 }]);
    expect(factsOf(await gateway.request(payment(), calling)).status).toBe('PAID');
  });

  it('refuse-connection: for a while the port refuses, so a request is not done; then it works again', async () => {
    await sandbox.faults([{ reference: 'trigger', fault: 'refuse-connection', ms: 20_000 }]);
    expect((await gateway.query('trigger', calling)).outcome).toBe('unknown');
    const asked = payment();
    expect(await gateway.request(asked, calling)).toEqual({ outcome: 'notDone', code: 'ECONNREFUSED' });
    expect(
      factsOf(
        await until(
          () => gateway.request(asked, calling),
          ({ outcome }) => outcome === 'answered',
        ),
      ).status,
    ).toBe('PAID');
  });

  it('appears-late on GET: a payment that is there is not found at first', async () => {
    await sandbox.faults([{ method: 'GET', fault: 'appears-late', ms: 30_000 }]);
    const asked = payment();
    await gateway.request(asked, calling);
    expect(await gateway.query(asked.reference, calling)).toEqual({ outcome: 'notFound' });
    await until(
      () => gateway.query(asked.reference, calling),
      ({ outcome }) => outcome === 'answered',
    );
  });

  it('appears-late on POST: the request is carried out after its caller gave up', async () => {
    await sandbox.faults([{ method: 'POST', path: '/payments', fault: 'appears-late', ms: 30_000 }]);
    const asked = payment();
    expect((await gateway.request(asked, calling)).outcome).toBe('unknown');
    expect(await gateway.query(asked.reference, calling)).toEqual({ outcome: 'notFound' });
    await until(
      () => gateway.query(asked.reference, calling),
      ({ outcome }) => outcome === 'answered',
    );
  });

  it('appears-late on POST: a close that overtakes the request keeps the money where it is', async () => {
    await sandbox.faults([{ method: 'POST', path: '/payments', fault: 'appears-late', ms: 30_000 }]);
    const asked = payment();
    await gateway.request(asked, calling);
    expect(factsOf(await gateway.close(asked.reference, calling)).status).toBe('CLOSED');
    await sandbox.faults([{ fault: 'delay', ms: 32_000 }]);
    expect(await query(asked)).toMatchObject({ status: 'CLOSED', capturedMinor: 0 });
  });

  it('decline: DECLINED takes no money, and none later', async () => {
    await sandbox.faults([{ fault: 'decline', path: '/payments' }]);
    const asked = payment();
    expect(factsOf(await gateway.request(asked, calling))).toMatchObject({ status: 'DECLINED', capturedMinor: 0, reason: 'DECLINED_BY_ISSUER' });
    expect(await sandbox.pay(asked.reference)).toBe(409);
    expect(await truth(asked)).toMatchObject({ status: 'DECLINED', capturedMinor: 0, transactionId: null });
  });

  it('refuse: a definite no to a payment; a refund becomes REFUSED', async () => {
    const paid = payment();
    await gateway.request(paid, calling);
    await sandbox.faults([{ fault: 'refuse' }]);
    expect(await gateway.request(payment(), calling)).toEqual({ outcome: 'refused', code: 'REFUSED' });
    expect(factsOf(await gateway.refund({ reference: paid.reference, refundReference: 'refused.r1', amountMinor: 100 }, calling)).status).toBe(
      'REFUSED',
    );
    expect(await truth(paid)).toMatchObject({ refundedMinor: 0 });
  });

  it('pending: a charge is OPEN and then PAID; a refund is PENDING and then REFUNDED', async () => {
    await sandbox.faults([{ fault: 'pending', ms: 3_000 }]);
    const asked = payment();
    expect(factsOf(await gateway.request(asked, calling)).status).toBe('OPEN');
    await until(
      () => query(asked),
      ({ status }) => status === 'PAID',
    );
    const refund = { reference: asked.reference, refundReference: `${asked.reference}.r1`, amountMinor: 100 };
    expect(factsOf(await gateway.refund(refund, calling)).status).toBe('PENDING');
    await until(
      () => gateway.queryRefund(refund, calling).then(factsOf),
      ({ status }) => status === 'REFUNDED',
    );
    expect(await truth(asked)).toMatchObject({ status: 'PAID', refundedMinor: 100 });
  });

  it('pending: a charge that was closed meanwhile is never captured', async () => {
    await sandbox.faults([{ fault: 'pending', ms: 30_000 }]);
    const asked = payment();
    await gateway.request(asked, calling);
    expect(factsOf(await gateway.close(asked.reference, calling)).status).toBe('CLOSED');
    await sandbox.faults([{ fault: 'delay', ms: 32_000 }]);
    expect(await query(asked)).toMatchObject({ status: 'CLOSED', capturedMinor: 0 });
  });

  it('wrong-amount and paid-twice are in the ledger as they happened', async () => {
    const [short, twice] = [payment(), payment({ kind: 'redirect' })];
    await sandbox.faults([
      { fault: 'wrong-amount', reference: short.reference },
      { fault: 'paid-twice', reference: twice.reference },
    ]);
    expect(factsOf(await gateway.request(short, calling))).toMatchObject({ status: 'PAID', amountMinor: 4_800, capturedMinor: 4_799 });
    await gateway.request(twice, calling);
    await sandbox.pay(twice.reference);
    expect(await truth(short)).toMatchObject({ capturedMinor: 4_799 });
    expect(await truth(twice)).toMatchObject({ capturedMinor: 9_600 });
  });

  it('pay on a PAID payment charges again; on a closed one only with capture-after-end', async () => {
    const [paid, closed] = [payment(), payment({ kind: 'redirect' })];
    await gateway.request(paid, calling);
    expect(await sandbox.pay(paid.reference)).toBe(200);
    expect(await truth(paid)).toMatchObject({ capturedMinor: 9_600 });
    await gateway.request(closed, calling);
    await gateway.close(closed.reference, calling);
    expect(await sandbox.pay(closed.reference)).toBe(409);
    await sandbox.faults([{ fault: 'capture-after-end' }]);
    expect(await sandbox.pay(closed.reference, { amountMinor: 4_000 })).toBe(200);
    expect(await query(closed)).toMatchObject({ status: 'PAID', capturedMinor: 4_000 });
  });

  it('close-too-late: the close answers PAID and the money was taken', async () => {
    const asked = payment({ kind: 'redirect' });
    await gateway.request(asked, calling);
    await sandbox.faults([{ fault: 'close-too-late' }]);
    expect(factsOf(await gateway.close(asked.reference, calling))).toMatchObject({ status: 'PAID', capturedMinor: 4_800 });
  });

  it('stale-status: a query tells the past, the ledger the truth', async () => {
    const asked = payment();
    await gateway.request(asked, calling);
    await sandbox.faults([{ fault: 'stale-status' }]);
    expect(await query(asked)).toMatchObject({ status: 'OPEN', capturedMinor: 0 });
    expect(await truth(asked)).toMatchObject({ status: 'PAID' });
  });

  describe('in its notices', () => {
    const checks = async (count: number): Promise<readonly NoticeCheck[]> =>
      (await listener.count(count)).map((notice) => gateway.verifyNotice(notice));

    it('duplicate-notice: ten times the same, under one id', async () => {
      await sandbox.faults([{ fault: 'duplicate-notice' }]);
      await gateway.request(payment(), calling);
      const ids = (await checks(10)).map((check) => check.outcome === 'genuine' && check.notice.noticeId);
      expect(new Set(ids).size).toBe(1);
    });

    it('late-notice comes, no-notice does not', async () => {
      const [silent, late] = [payment(), payment()];
      await sandbox.faults([
        { fault: 'no-notice', reference: silent.reference },
        { fault: 'late-notice', ms: 25_000 },
      ]);
      await gateway.request(silent, calling);
      await gateway.request(late, calling);
      expect(listener.received).toHaveLength(0);
      expect(await checks(1)).toMatchObject([{ outcome: 'genuine', notice: { facts: { reference: late.reference } } }]);
    });

    it('forged-notice: says PAID about an open payment, under a wrong signature', async () => {
      await sandbox.faults([{ fault: 'forged-notice' }]);
      await gateway.request(payment({ kind: 'redirect' }), calling);
      expect(await checks(1)).toMatchObject([{ outcome: 'forged', why: 'BAD_SIGNATURE' }]);
    });

    it('lying-notice: says PAID about an open payment, under a good signature', async () => {
      await sandbox.faults([{ fault: 'lying-notice' }]);
      const asked = payment({ kind: 'redirect' });
      await gateway.request(asked, calling);
      expect(await checks(1)).toMatchObject([{ outcome: 'genuine', notice: { facts: { status: 'PAID', capturedMinor: 4_800 } } }]);
      expect(await query(asked)).toMatchObject({ status: 'OPEN', capturedMinor: 0 });
    });

    it('foreign-notice: another merchant, under a good signature, and then the true one', async () => {
      await sandbox.faults([{ fault: 'foreign-notice' }]);
      await gateway.request(payment(), calling);
      const merchants = (await checks(2)).map((check) => check.outcome === 'genuine' && check.notice.facts.merchantId);
      expect(new Set(merchants)).toEqual(new Set(['somebody-else', 'm1']));
    });

    it('a notice that is not taken comes again, newly signed, under the same id, until a 2xx', async () => {
      const stubborn = await listenForNotices((nth) => (nth < 4 ? 503 : 204));
      await gateway.request(payment({ notifyUrl: stubborn.url }), calling);
      const notices = await stubborn.count(4);
      expect(new Set(notices.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      for (const notice of notices) expect(gateway.verifyNotice(notice).outcome).toBe('genuine');
      await stubborn.close();
    });

    it('PAID, DECLINED, CLOSED and refunds are told', async () => {
      const [paid, closed, declined] = [payment(), payment({ kind: 'redirect' }), payment({ instrument: 'decline' })];
      for (const asked of [paid, closed, declined]) await gateway.request(asked, calling);
      await gateway.close(closed.reference, calling);
      await gateway.refund({ reference: paid.reference, refundReference: 'told.r1', amountMinor: 4_800 }, calling);
      const told = (await checks(4)).map(
        (check) => check.outcome === 'genuine' && `${check.notice.facts.status} ${check.notice.facts.refundedMinor}`,
      );
      expect([...told].sort()).toEqual(['CLOSED 0', 'DECLINED 0', 'PAID 0', 'PAID 4800']);
    });
  });

  it('chance is a matter of seed, rule and reference: the same run meets the same faults in any order', async () => {
    const references = Array.from({ length: 60 }, (_, n) => `dice-${n}.1`);
    const run = async (seed: number, order: readonly string[]): Promise<string> => {
      await sandbox.faults([{ fault: 'error', percent: 30 }], seed);
      const failed: string[] = [];
      for (const reference of order) if ((await gateway.query(reference, calling)).outcome === 'unknown') failed.push(reference);
      return failed.sort().join();
    };
    const first = await run(7, references);
    expect(await run(7, [...references].reverse())).toBe(first);
    expect(await run(8, references)).not.toBe(first);
    expect(first.split(',').length).toBeGreaterThan(8);
    expect(first.split(',').length).toBeLessThan(30);
  });

  it('the first rule that fits wins, and a fault without meaning at a place is passed over', async () => {
    const asked = payment();
    await sandbox.faults([
      { fault: 'late-notice' },
      { fault: 'hang', path: '/payments/:reference/close' },
      { fault: 'error', method: 'GET', path: '/payments/*' },
      { fault: 'delay', ms: 1 },
    ]);
    expect((await gateway.request(asked, calling)).outcome).toBe('answered');
    expect(await gateway.query(asked.reference, calling)).toEqual({ outcome: 'unknown', cause: 'HTTP_500' });
    expect((await gateway.close(asked.reference, impatient)).outcome).toBe('unknown');
  });

  it('rules that make no sense are refused as a whole', async () => {
    await expect(sandbox.faults([{ fault: 'no-such-fault' }])).rejects.toThrow('no such fault');
    await expect(sandbox.faults([{ fault: 'hang', percent: 101 }])).rejects.toThrow();
  });
});

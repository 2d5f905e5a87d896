import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallOptions, IncomingNotice, PaymentRequest } from '../../../src/application/ports/gateway';
import { EpayGateway } from '../../../src/infrastructure/gateways/epay/epay-gateway';
import type { EpaySettings } from '../../../src/infrastructure/gateways/epay/settings';
import { tradeNumberOf } from '../../../src/infrastructure/gateways/trade-number';
import { md5Verifier, rsaSigner, rsaVerifier, withSignature } from '../../../src/protocols/epay/signing';
import { EPAY_KEY, epayMd5, epayRsa, md5Query, merchantPair, orderReference, platformPair, rsaQuery } from '../../support/epay';
import { paymentRequest } from '../../support/sandbox';

const calling: CallOptions = { timeoutMs: 5_000 };
const NOW_MS = 1_800_000_000_000;
const reference = orderReference();
const number = tradeNumberOf(reference) ?? '';
const payment = (changes: Partial<PaymentRequest> = {}): PaymentRequest =>
  paymentRequest({ kind: 'redirect', merchantId: '1001', reference, notifyUrl: 'https://shop.test/callbacks/gateways/epay', ...changes });

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Heard {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly type: string | undefined;
}

/** A platform whose real HTTP answers the test writes. */
async function platform(
  answer: (response: ServerResponse, heard: Heard) => void,
): Promise<{ readonly url: string; readonly heard: readonly Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://x');
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const one = { method: request.method ?? '', path: url.pathname, query: url.searchParams, form, type: request.headers['content-type'] };
      heard.push(one);
      answer(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pay`, heard };
}

async function gatewayAt(settingsAt: (url: string) => EpaySettings, status: number, body: string) {
  const { url, heard } = await platform((response) => response.writeHead(status, { 'content-type': 'text/html' }).end(body));
  const gateway = new EpayGateway(settingsAt(url), () => NOW_MS);
  open.push(() => gateway.release());
  return { gateway, heard, url };
}
const md5Answering = (body: object | string, status = 200) =>
  gatewayAt((url) => epayMd5(url), status, typeof body === 'string' ? body : JSON.stringify(body));

const platformSigner = rsaSigner(platformPair.privateKey);
/** An answer of the platform as the RSA variant signs it: the code is signed as its digits. */
function platformSays(members: Readonly<Record<string, string>>, timestamp = String(NOW_MS / 1_000)): object {
  return { ...withSignature({ code: '0', ...members, timestamp }, platformSigner), code: 0 };
}
const rsaAnswering = (body: object) => gatewayAt((url) => epayRsa(url), 200, JSON.stringify(body));

const order = { code: 1, msg: 'succ', trade_no: 'T1', out_trade_no: number, pid: 1001, type: 'alipay', money: '48.00', status: 1 };

describe('the MD5 variant on the wire', () => {
  it('makes an order by a signed form, under the path of its base URL', async () => {
    const { gateway, heard } = await md5Answering({ code: 1, payurl: 'https://pay.test/1' });
    const facts = { reference, status: 'OPEN', payUrl: 'https://pay.test/1', amountMinor: 4_800, capturedMinor: 0, currency: 'CNY' };
    expect(await gateway.request(payment({ instrument: 'wxpay', returnUrl: 'https://shop.test/back' }), calling)).toMatchObject({
      outcome: 'answered',
      facts,
    });
    const [{ method, path, form, type } = { form: new URLSearchParams() }] = heard;
    expect([method, path, type]).toEqual(['POST', '/pay/mapi.php', 'application/x-www-form-urlencoded']);
    const sent = Object.fromEntries(form);
    expect(sent).toMatchObject({
      pid: '1001',
      type: 'wxpay',
      out_trade_no: number,
      money: '48.00',
      name: '数字商品',
      notify_url: 'https://shop.test/callbacks/gateways/epay',
      return_url: 'https://shop.test/back',
      sign_type: 'MD5',
    });
    expect(sent['key']).toBeUndefined();
    expect(md5Verifier([EPAY_KEY]).isGenuine(sent)).toBe(true);
  });

  it('asks with GET, by our number', async () => {
    const { gateway, heard } = await md5Answering(order);
    await gateway.query(reference, calling);
    expect([heard[0]?.method, heard[0]?.path, Object.fromEntries(heard[0]?.query ?? [])]).toEqual([
      'GET',
      '/pay/api.php',
      { act: 'order', pid: '1001', key: EPAY_KEY, out_trade_no: number },
    ]);
  });

  it.each<readonly [string, Partial<PaymentRequest>, string]>([
    ['a charge', { kind: 'charge' }, 'KIND_NOT_SUPPORTED'],
    ['another currency', { currency: 'USD' }, 'CURRENCY_NOT_SUPPORTED'],
    ['a way to pay that the account does not offer', { instrument: 'qqpay' }, 'PAY_TYPE_NOT_SUPPORTED'],
    ['a reference of another form', { reference: 'ref.1' }, 'INVALID_REFERENCE'],
  ])('%s is refused here and never sent', async (_what, changes, code) => {
    const { gateway, heard } = await md5Answering({ code: 1, payurl: 'https://pay.test/1' });
    expect(await gateway.request(payment(changes), calling)).toEqual({ outcome: 'refused', code });
    expect(heard).toEqual([]);
  });

  it('a link holds a signature and no key, and sends nothing', async () => {
    const { url, heard } = await platform((response) => response.end());
    const gateway = new EpayGateway(epayMd5(`${url}/`, { checkout: 'PAGE' }), () => NOW_MS);
    const answer = await gateway.request(payment(), calling);
    const link = new URL(answer.outcome === 'answered' ? (answer.facts.payUrl ?? '') : '');
    expect(`${link.origin}${link.pathname}`).toBe(`${url}/submit.php`);
    expect(md5Verifier([EPAY_KEY]).isGenuine(Object.fromEntries(link.searchParams))).toBe(true);
    expect([link.href.includes(EPAY_KEY), heard.length]).toEqual([false, 0]);
    expect([gateway.flags.replay, await gateway.request(payment(), calling)]).toEqual([true, answer]);
  });
});

describe('what an answer of an epay server means', () => {
  it.each([
    ['1', { status: 'PAID', capturedMinor: 4_800, refundedMinor: 0, transactionId: 'T1', merchantId: '1001' }],
    [1, { status: 'PAID', capturedMinor: 4_800 }],
    [0, { status: 'OPEN', capturedMinor: 0 }],
    [2, { status: 'PAID', capturedMinor: 4_800, refundedMinor: 4_800 }],
  ])('an order of status %p', async (status, facts) => {
    const { gateway } = await md5Answering({ ...order, status });
    expect(await gateway.query(reference, calling)).toMatchObject({ outcome: 'answered', facts: { reference, currency: 'CNY', ...facts } });
  });

  it.each<readonly [string, object | string]>([
    ['no JSON', '<html>系统发生错误</html>'],
    ['nothing', ''],
    ['a list', '[]'],
    ['no code', { ...order, code: undefined }],
    ['two codes', '{"code":-1,"code":1}'],
    ["another order's number", { ...order, out_trade_no: tradeNumberOf(orderReference()) }],
    ['the number in capitals', { ...order, out_trade_no: number.toUpperCase() }],
    ['no pid', { ...order, pid: undefined }],
    ['a frozen order', { ...order, status: 3 }],
    ['a pre-authorised order', { ...order, status: 4 }],
    ['a status that is a word', { ...order, status: 'TRADE_SUCCESS' }],
    ['a status that is true', { ...order, status: true }],
    ['an amount with an exponent', { ...order, money: '4.8e1' }],
    ['an amount with a leading zero', { ...order, money: '048.00' }],
    ['an amount in full-width digits', { ...order, money: '４８.00' }],
    ['an amount with three decimals', { ...order, money: '48.000' }],
    ['an amount that is a fraction', { ...order, money: 48.5 }],
    ['a negative amount', { ...order, money: '-48.00' }],
    ['no amount', { ...order, money: undefined }],
  ])('%s is unknown', async (_what, body) => {
    const { gateway } = await md5Answering(body);
    expect((await gateway.query(reference, calling)).outcome).toBe('unknown');
  });

  it.each([201, 204, 301, 302, 400, 401, 403, 404, 409, 422, 500, 502, 503])('HTTP %i comes from something between us: unknown', async (status) => {
    const { gateway } = await md5Answering(order, status);
    expect((await gateway.query(reference, calling)).outcome).toBe('unknown');
    expect((await gateway.request(payment(), calling)).outcome).toBe('unknown');
  });

  it('429 is not done', async () => {
    expect(await (await md5Answering('', 429)).gateway.request(payment(), calling)).toEqual({ outcome: 'notDone', code: 'HTTP_429' });
  });

  it('a failure is a refusal by its code, and its message stays behind', async () => {
    const { gateway } = await md5Answering({ code: -3, msg: `the key ${EPAY_KEY} is wrong` });
    expect(await gateway.request(payment(), calling)).toEqual({ outcome: 'refused', code: 'EPAY_-3' });
    expect(await gateway.query(reference, calling)).toEqual({ outcome: 'refused', code: 'EPAY_-3' });
  });

  it('"no such order" is not found when asked, and a refusal of anything else', async () => {
    const { gateway } = await md5Answering({ code: -1, msg: '订单号不存在' });
    expect(await gateway.query(reference, calling)).toEqual({ outcome: 'notFound' });
    expect((await gateway.request(payment(), calling)).outcome).toBe('refused');
    const refund = { reference, refundReference: reference.replace('.1', '.r1'), amountMinor: 1 };
    expect((await gateway.refund(refund, calling)).outcome).toBe('refused');
    expect((await gateway.queryRefund(refund, calling)).outcome).toBe('unknown');
  });

  it.each([{}, { payurl: '' }, { payurl: 'javascript:alert(1)' }, { urlscheme: 'weixin://x' }, { qrcode: 'a\nb' }])(
    'an order without a page that a buyer can use (%j) is refused',
    async (page) => {
      const { gateway } = await md5Answering({ code: 1, ...page });
      expect(await gateway.request(payment(), calling)).toEqual({ outcome: 'refused', code: 'NO_PAY_PAGE' });
    },
  );

  it('a QR code is a page too', async () => {
    const { gateway } = await md5Answering({ code: '1', payurl: null, qrcode: 'weixin://wxpay/bizpayurl?pr=1' });
    expect(await gateway.request(payment(), calling)).toMatchObject({ facts: { qrText: 'weixin://wxpay/bizpayurl?pr=1' } });
  });
});

describe('the RSA variant on the wire', () => {
  const paid = { trade_no: 'T1', out_trade_no: number, pid: '1001', money: '48.00', status: '1', refundmoney: '' };

  it('dates and signs every request', async () => {
    const { gateway, heard } = await rsaAnswering(platformSays(paid));
    await gateway.query(reference, calling);
    await gateway.close(reference, calling);
    await gateway.request(payment(), calling);
    for (const { method, form } of heard) {
      const sent = Object.fromEntries(form);
      expect([method, sent['pid'], sent['timestamp'], sent['sign_type']]).toEqual(['POST', '1001', String(NOW_MS / 1_000), 'RSA']);
      expect(rsaVerifier([merchantPair.publicKey]).isGenuine(sent)).toBe(true);
    }
    expect(heard.map(({ path }) => path)).toEqual(['/pay/api/pay/query', '/pay/api/pay/close', '/pay/api/pay/query', '/pay/api/pay/create']);
  });

  it('believes an answer that the platform signed just now', async () => {
    const { gateway } = await rsaAnswering(platformSays(paid));
    expect(await gateway.query(reference, calling)).toMatchObject({ outcome: 'answered', facts: { status: 'PAID', capturedMinor: 4_800 } });
  });

  it.each<readonly [string, object]>([
    ['without a signature', { code: 0, ...paid, timestamp: String(NOW_MS / 1_000) }],
    ['changed on its way', { ...platformSays({ ...paid, status: '0' }), status: '1' }],
    ['of ten minutes ago', platformSays(paid, String(NOW_MS / 1_000 - 600))],
    ['from the future', platformSays(paid, String(NOW_MS / 1_000 + 301))],
    ['without a time', { ...withSignature({ code: '0', ...paid }, platformSigner), code: 0 }],
    ['that says it is signed by MD5', { ...platformSays(paid), sign_type: 'MD5' }],
  ])('an answer %s is unknown', async (_what, body) => {
    expect((await (await rsaAnswering(body)).gateway.query(reference, calling)).outcome).toBe('unknown');
  });

  it('a close is closed only when the order says that no money came first', async () => {
    expect(await (await rsaAnswering(platformSays({ ...paid, status: '0' }))).gateway.close(reference, calling)).toMatchObject({
      facts: { status: 'CLOSED', capturedMinor: 0 },
    });
    expect(await (await rsaAnswering(platformSays(paid))).gateway.close(reference, calling)).toMatchObject({ facts: { status: 'PAID' } });
    expect(await (await rsaAnswering({ code: -1, msg: '订单号不存在' })).gateway.close(reference, calling)).toEqual({ outcome: 'notFound' });
  });

  it('a refund that was taken is under way until a query says it came through', async () => {
    const refund = { reference, refundReference: reference.replace('.1', '.r1'), amountMinor: 1_800 };
    const out_refund_no = tradeNumberOf(refund.refundReference) ?? '';
    const says = async (status: string) => (await rsaAnswering(platformSays({ out_refund_no, status }))).gateway;
    expect(await (await says('1')).refund(refund, calling)).toMatchObject({ facts: { status: 'PENDING' } });
    expect(await (await says('1')).queryRefund(refund, calling)).toMatchObject({ facts: { status: 'REFUNDED' } });
    expect(await (await says('0')).queryRefund(refund, calling)).toMatchObject({ facts: { status: 'PENDING' } });
    const other = await rsaAnswering(platformSays({ out_refund_no: 'another', status: '1' }));
    expect((await other.gateway.queryRefund(refund, calling)).outcome).toBe('unknown');
  });
});

describe('a notice of epay', () => {
  const gateways = {
    md5: new EpayGateway(epayMd5('http://127.0.0.1:9'), () => NOW_MS),
    rsa: new EpayGateway(epayRsa('http://127.0.0.1:9'), () => NOW_MS),
  };
  const params = {
    pid: '1001',
    trade_no: 'T1',
    out_trade_no: number,
    type: 'alipay',
    name: 'VIP 会员',
    money: '48.00',
    trade_status: 'TRADE_SUCCESS',
  };
  const dated = (seconds = 0) => ({ ...params, timestamp: String(NOW_MS / 1_000 + seconds) });
  const byQuery = (query: string): IncomingNotice => ({ headers: {}, body: Buffer.from(query), inQuery: true, receivedAtMs: NOW_MS });

  it.each([
    ['md5', md5Query(params)],
    ['rsa', rsaQuery(dated())],
  ] as const)('%s: genuine, with our reference and exact fen', (variant, query) => {
    expect(gateways[variant].verifyNotice(byQuery(query))).toEqual({
      outcome: 'genuine',
      notice: {
        noticeId: 'T1',
        facts: {
          reference,
          merchantId: '1001',
          status: 'PAID',
          amountMinor: 4_800,
          capturedMinor: 4_800,
          refundedMinor: 0,
          currency: 'CNY',
          transactionId: 'T1',
        },
      },
    });
  });

  it('no byte of it can be changed', () => {
    const query = md5Query(params);
    for (let at = 0; at < query.length; at++) {
      const body = Buffer.from(query);
      body.writeUInt8(body.readUInt8(at) ^ 1, at);
      const check = gateways.md5.verifyNotice({ ...byQuery(''), body });
      expect(check.outcome).toBe('forged');
    }
  });

  it.each([
    ['an MD5 signature where RSA is wanted', 'rsa', md5Query(dated())],
    ['an RSA signature where MD5 is wanted', 'md5', rsaQuery(dated())],
    ['a signature type that promises another', 'md5', md5Query(params).replace('sign_type=MD5', 'sign_type=RSA')],
    ['a signature of ten minutes ago', 'rsa', rsaQuery(dated(-600))],
    ['a signature from the future', 'rsa', rsaQuery(dated(301))],
    ['no time', 'rsa', rsaQuery(params)],
    ['an amount that stands twice', 'md5', `${md5Query(params)}&money=0.01`],
    ['an array', 'md5', `${md5Query(params)}&money[]=0.01`],
    ['nothing', 'md5', ''],
  ] as const)('%s is forged', (_what, variant, query) => expect(gateways[variant].verifyNotice(byQuery(query)).outcome).toBe('forged'));

  it('may come as a form, and as nothing else', () => {
    const body = Buffer.from(md5Query(params));
    const posted = (type?: string) =>
      gateways.md5.verifyNotice({ headers: type === undefined ? {} : { 'content-type': type }, body, receivedAtMs: NOW_MS });
    expect(posted('application/x-www-form-urlencoded').outcome).toBe('genuine');
    expect(posted('application/x-www-form-urlencoded; charset=UTF-8').outcome).toBe('genuine');
    for (const type of [undefined, 'application/json', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded; charset=gbk'])
      expect(posted(type).outcome).toBe('forged');
  });

  it('a foreign pid and a foreign number are genuine, and named as they came', () => {
    const facts = (changes: object) => gateways.md5.verifyNotice(byQuery(md5Query({ ...params, ...changes })));
    expect(facts({ pid: '2002' })).toMatchObject({ notice: { facts: { merchantId: '2002', reference } } });
    expect(facts({ out_trade_no: '20160806151343349' })).toMatchObject({ notice: { facts: { reference: '20160806151343349' } } });
  });
});

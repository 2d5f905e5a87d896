import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import type { CallOptions } from '../../../src/application/ports/gateway';
import { AlipayGateway } from '../../../src/infrastructure/gateways/alipay/alipay-gateway';
import { tradeNumberOf } from '../../../src/infrastructure/gateways/trade-number';
import { beijingTime, IN_NOTICES, IN_REQUESTS, signedMember, textToSign } from '../../../src/protocols/alipay/signing';
import { rsaSigning } from '../../../src/protocols/rsa-keys';
import { factsOf } from '../../contracts/gateway.contract';
import { ALIPAY_APP, alipaySettings } from '../../support/alipay';
import { merchantPair, newKeyPair, orderReference, platformPair } from '../../support/epay';
import { paymentRequest } from '../../support/sandbox';

const calling: CallOptions = { timeoutMs: 5_000 };
const reference = orderReference();
const number = tradeNumberOf(reference) ?? 'none';

describe('what an answer is worth', () => {
  /** What the gateway makes of a server that always answers so. */
  async function asking(body: string, status = 200) {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const gateway = new AlipayGateway(alipaySettings(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), Date.now);
    const answer = await gateway.query(reference, calling);
    await gateway.release();
    await new Promise((resolve) => (server.close(resolve), server.closeAllConnections()));
    return answer;
  }
  const trade = { code: '10000', out_trade_no: number, trade_no: 't1', trade_status: 'WAIT_BUYER_PAY', total_amount: '48.00' };
  const written = (said: object, key = platformPair.privateKey): string => {
    const member = JSON.stringify(said);
    return `{"alipay_trade_query_response":${member},"sign":"${rsaSigning(key)(member)}"}`;
  };
  const unsigned = { error_response: { code: '40002', sub_code: 'isv.invalid-signature' } };

  it.each<readonly [string, string, object]>([
    ['signed', written(trade), { outcome: 'answered' }],
    ['signed by somebody else', written(trade, newKeyPair().privateKey), { outcome: 'unknown', cause: 'UNSIGNED_ANSWER' }],
    ['changed after it was signed', written(trade).replace('48.00', '0.01'), { outcome: 'unknown', cause: 'UNSIGNED_ANSWER' }],
    ['without a signature', JSON.stringify(unsigned), { outcome: 'unknown', cause: 'UNSIGNED_ANSWER' }],
    ['about another trade', written({ ...trade, out_trade_no: 'other' }), { outcome: 'unknown', cause: 'UNREADABLE_ANSWER' }],
    ['an amount that is none', written({ ...trade, total_amount: '4.8e1' }), { outcome: 'unknown', cause: 'UNREADABLE_ANSWER' }],
    ['a state that nobody knows', written({ ...trade, trade_status: 'WAIT_SELLER' }), { outcome: 'unknown', cause: 'UNREADABLE_ANSWER' }],
    ['never heard of it', written({ code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST' }), { outcome: 'notFound' }],
    ['Alipay does not know', written({ code: '40004', sub_code: 'ACQ.SYSTEM_ERROR' }), { outcome: 'unknown', cause: 'ALIPAY_40004' }],
    ['Alipay is out of order', written({ code: '20000', sub_code: 'isp.unknow-error' }), { outcome: 'unknown', cause: 'ALIPAY_20000' }],
    ['not allowed', written({ code: '40006', sub_code: 'isv.insufficient-isv-permissions' }), { outcome: 'refused' }],
  ])('%s', async (_what, body, expected) => {
    expect(await asking(body)).toMatchObject(expected);
  });

  it('a page of somebody between us says nothing', async () => {
    expect(await asking('<html>', 502)).toEqual({ outcome: 'unknown', cause: 'HTTP_502' });
  });
});

describe('what is signed', () => {
  it('requests sign their sign_type, notices do not; empty values and the signature never', () => {
    const params = { b: '2', a: '1', sign: 'x', sign_type: 'RSA2', empty: '' };
    expect(textToSign(params, IN_REQUESTS)).toBe('a=1&b=2&sign_type=RSA2');
    expect(textToSign(params, IN_NOTICES)).toBe('a=1&b=2');
  });

  it('an answer is signed as the bytes of its member, whatever stands in its texts', () => {
    const member = '{"a":"\\"}{","b":{"c":"}"}}';
    expect(signedMember(`{"sign":"s","x_response":${member}}`, 'x_response')).toBe(member);
    expect(signedMember('{"x_response":"text"}', 'x_response')).toBeUndefined();
    expect(signedMember('{"y":1}', 'x_response')).toBeUndefined();
  });

  it('times are those of Beijing', () => {
    expect(beijingTime(Date.parse('2026-11-28T16:30:05.999Z'))).toBe('2026-11-29 00:30:05');
  });

  it('a link asks for no more and for no longer than the order does; what the account does not take is refused here', async () => {
    const gateway = new AlipayGateway(alipaySettings('https://openapi.alipay.test'), () => Date.parse('2026-11-28T00:00:00Z'));
    const payment = paymentRequest({ kind: 'redirect', merchantId: ALIPAY_APP, reference, expiresAt: '2026-11-28T00:15:00.000Z' });
    const { searchParams, pathname } = new URL(factsOf(await gateway.request(payment, calling)).payUrl ?? '');
    expect([pathname, searchParams.get('method'), searchParams.get('timestamp')]).toEqual([
      '/gateway.do',
      'alipay.trade.page.pay',
      '2026-11-28 08:00:00',
    ]);
    expect(JSON.parse(searchParams.get('biz_content') ?? '')).toEqual({
      out_trade_no: number,
      total_amount: '48.00',
      subject: '数字商品',
      product_code: 'FAST_INSTANT_TRADE_PAY',
      time_expire: '2026-11-28 08:15:00',
    });
    expect(await gateway.request({ ...payment, currency: 'USD' }, calling)).toEqual({ outcome: 'refused', code: 'CURRENCY_NOT_SUPPORTED' });
    expect(await gateway.request({ ...payment, reference: 'other' }, calling)).toEqual({ outcome: 'refused', code: 'INVALID_REFERENCE' });
  });
});

it('its key is out of reach of whoever prints it, and an unfit one is refused without being quoted', () => {
  const gateway = new AlipayGateway(alipaySettings('http://127.0.0.1:9'), Date.now);
  expect(inspect(gateway, { depth: 4 })).not.toContain(merchantPair.privateKey.slice(60, 100));
  const build = () => new AlipayGateway(alipaySettings('http://127.0.0.1:9', { privateKey: 'hunter2' }), Date.now);
  expect(build).toThrow(/no RSA key/);
  expect(build).not.toThrow(/hunter2/);
});

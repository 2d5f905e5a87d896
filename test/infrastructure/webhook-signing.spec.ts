import fc from 'fast-check';
import type { NoticeCheck } from '../../src/application/ports/gateway';
import { buildGateway } from '../../src/infrastructure/gateways/registry';
import type { OpenGateway } from '../../src/infrastructure/gateways/registry';
import { readStrictJson } from '../../src/protocols/strict-json';
import { checkWebhook, signedHeaders, webhookKey } from '../../src/protocols/webhook-signing';
import { TEST_WEBHOOK_SECRET } from '../support/sandbox';

const NOW_MS = 1_795_000_000_000;
const OTHER_SECRET = `whsec_${Buffer.alloc(32, 'another key ').toString('base64')}`;
const key = webhookKey(TEST_WEBHOOK_SECRET);
const otherKey = webhookKey(OTHER_SECRET);
const facts = { reference: 'ref.1', merchantId: 'm1', status: 'PAID', amountMinor: 4800, capturedMinor: 4800, refundedMinor: 0, currency: 'CNY' };
const text = JSON.stringify(facts);

const gateway = (webhookSecrets: readonly string[]): OpenGateway =>
  buildGateway(
    {
      id: 'main',
      adapter: 'http-v1',
      baseUrl: 'http://127.0.0.1:9',
      merchantId: 'm1',
      apiKey: 'k',
      webhookSecrets,
      flags: { replay: true, lookup: true, cancel: true },
      notFoundFinalAfterSeconds: 60,
      kinds: ['charge'],
    },
    Date.now,
  );
const mine = gateway([TEST_WEBHOOK_SECRET]);

type Headers = Record<string, string | string[] | undefined>;
const signed = (body: string | Buffer, atMs = NOW_MS): Headers => signedHeaders([key], 'evt_1', atMs, body);
const checked = (body: string | Buffer, headers: Headers = signed(body), receivedAtMs = NOW_MS): NoticeCheck =>
  mine.verifyNotice({ headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(body), receivedAtMs });

describe('signing', () => {
  it('is the one of Standard Webhooks: the published example verifies', () => {
    const example = webhookKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    expect(checkWebhook([example], headers, Buffer.from('{"test": 2432232314}'), 1_614_265_330_000)).toEqual({
      genuine: true,
      id: headers['webhook-id'],
    });
  });

  it('any of several signatures will do, and any of several secrets', () => {
    const both = signedHeaders([otherKey, key], 'evt_1', NOW_MS, text);
    expect(checked(text, both).outcome).toBe('genuine');
    const changing = gateway([OTHER_SECRET, TEST_WEBHOOK_SECRET]);
    expect(changing.verifyNotice({ headers: signed(text), body: Buffer.from(text), receivedAtMs: NOW_MS }).outcome).toBe('genuine');
  });

  it('signatures of other versions are passed over', () => {
    const headers = signed(text);
    expect(checked(text, { ...headers, 'webhook-signature': `v1a,${'A'.repeat(86)}== ${String(headers['webhook-signature'])}` }).outcome).toBe(
      'genuine',
    );
    expect(checked(text, { ...headers, 'webhook-signature': String(headers['webhook-signature']).replace('v1,', 'v2,') }).outcome).toBe('forged');
  });

  it.each([-300_000, 0, 300_000])('%i ms off our clock is near enough', (offMs) => {
    expect(checked(text, signed(text), NOW_MS + offMs).outcome).toBe('genuine');
  });

  it.each([-86_400_000, -301_000, -300_001, 300_001, 301_000, 86_400_000])('%i ms off our clock is forged', (offMs) => {
    expect(checked(text, signed(text), NOW_MS + offMs).outcome).toBe('forged');
  });

  it.each([
    '',
    'whsec_',
    'whsec_c2hvcnQ=',
    `whsec_${Buffer.alloc(32).toString('base64')}`,
    `whsec_${'#'.repeat(44)}`,
    Buffer.alloc(32, 'ab').toString('base64'),
  ])('a secret such as %p is refused, and not repeated', (secret) => {
    expect(() => webhookKey(secret)).toThrow(/webhook secret/);
    if (secret.length > 10) expect(() => webhookKey(secret)).not.toThrow(secret);
  });
});

describe('a notice is forged', () => {
  const good = signed(text);
  const signature = String(good['webhook-signature']);
  it.each<[string, Headers]>([
    ['no headers', { 'webhook-id': undefined, 'webhook-timestamp': undefined, 'webhook-signature': undefined }],
    ['no id', { ...good, 'webhook-id': undefined }],
    ['no timestamp', { ...good, 'webhook-timestamp': undefined }],
    ['no signature', { ...good, 'webhook-signature': undefined }],
    ['an empty signature', { ...good, 'webhook-signature': '' }],
    ['a signature without its version', { ...good, 'webhook-signature': signature.slice(3) }],
    ['a cut signature', { ...good, 'webhook-signature': signature.slice(0, -8) }],
    ['a signature in base64url', { ...good, 'webhook-signature': signature.replaceAll('+', '-').replaceAll('/', '_').replace('=', '') }],
    ['the signature twice, as an array', { ...good, 'webhook-signature': [signature, signature] }],
    ['the signature twice, joined', { ...good, 'webhook-signature': `${signature}, ${signature}` }],
    ['the id twice, joined', { ...good, 'webhook-id': 'evt_1, evt_1' }],
    ['the id twice, as an array', { ...good, 'webhook-id': ['evt_1', 'evt_1'] }],
    ['the timestamp twice', { ...good, 'webhook-timestamp': `${String(good['webhook-timestamp'])}, ${String(good['webhook-timestamp'])}` }],
    ['a hundred signatures', { ...good, 'webhook-signature': Array(100).fill(signature).join(' ') }],
    ['two blanks between signatures', { ...good, 'webhook-signature': `${signature}  ${signature}` }],
    ['another id', { ...good, 'webhook-id': 'evt_2' }],
    ['another timestamp', { ...good, 'webhook-timestamp': String(NOW_MS / 1000 + 1) }],
    ['a timestamp with a sign', { ...good, 'webhook-timestamp': `+${String(good['webhook-timestamp'])}` }],
    ['a timestamp with an exponent', { ...good, 'webhook-timestamp': '1.795e9' }],
    ['a timestamp in milliseconds', { ...good, 'webhook-timestamp': String(NOW_MS) }],
    ['a timestamp that is no number', { ...good, 'webhook-timestamp': 'NaN' }],
    ['a key of another merchant', signedHeaders([otherKey], 'evt_1', NOW_MS, text)],
  ])('with %s', (_name, headers) => {
    expect(checked(text, headers).outcome).toBe('forged');
  });

  it('when it was serialised again', () => {
    expect(checked(JSON.stringify(JSON.parse(text), null, 1), good).outcome).toBe('forged');
  });

  it('after any change of any one byte', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const body = Buffer.from(text);
        body.writeUInt8(body.readUInt8(at) ^ flip, at);
        expect(checked(body, good).outcome).toBe('forged');
      }),
    );
  });
});

describe('a well-signed notice', () => {
  it('is read', () => {
    expect(checked(text)).toEqual({ outcome: 'genuine', notice: { noticeId: 'evt_1', facts } });
  });

  it('about a foreign merchant is genuine: the caller puts it into quarantine', () => {
    expect(checked(text.replace('"m1"', '"somebody-else"'))).toMatchObject({
      outcome: 'genuine',
      notice: { facts: { merchantId: 'somebody-else' } },
    });
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', undefined])('may come as %p', (contentType) => {
    expect(checked(text, { ...signed(text), 'content-type': contentType }).outcome).toBe('genuine');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', 'application/json, text/plain', ''])(
    'of the type %p is unreadable',
    (contentType) => {
      expect(checked(text, { ...signed(text), 'content-type': contentType }).outcome).toBe('unreadable');
    },
  );

  const mangled = (from: string, to: string): string => text.replace(from, to);
  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['form fields', 'reference=ref.1&status=PAID'],
    ['an array', `[${text}]`],
    ['a byte order mark', `\ufeff${text}`],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['bad UTF-8', Buffer.from(mangled('m1', 'm\xff'), 'latin1')],
    ['something after the JSON', `${text}{}`],
    ['a comment', `/* */${text}`],
    ['a trailing comma', mangled('}', ',}')],
    ['duplicate keys', mangled('"status":"PAID"', '"status":"OPEN","status":"PAID"')],
    ['duplicate keys, one of them escaped', mangled('"status":"PAID"', '"status":"OPEN","\\u0073tatus":"PAID"')],
    ['duplicate keys in a member that we do not read', mangled('{', '{"more":{"a":1,"a":1},')],
    ['1e1', mangled('"capturedMinor":4800', '"capturedMinor":1e1')],
    ['1E+1', mangled('"capturedMinor":4800', '"capturedMinor":1E+1')],
    ['010', mangled('"capturedMinor":4800', '"capturedMinor":010')],
    ['0x10', mangled('"capturedMinor":4800', '"capturedMinor":0x10')],
    ['4800.0', mangled('"capturedMinor":4800', '"capturedMinor":4800.0')],
    ['a fraction too fine for a double', mangled('"capturedMinor":4800', '"capturedMinor":4800.00000000000000001')],
    ['-0', mangled('"refundedMinor":0', '"refundedMinor":-0')],
    ['-1', mangled('"refundedMinor":0', '"refundedMinor":-1')],
    ['2^53 + 1', mangled('"capturedMinor":4800', '"capturedMinor":9007199254740993')],
    ['1e400', mangled('"capturedMinor":4800', '"capturedMinor":1e400')],
    ['NaN', mangled('"capturedMinor":4800', '"capturedMinor":NaN')],
    ['null for an amount', mangled('"capturedMinor":4800', '"capturedMinor":null')],
    ['text for an amount', mangled('"capturedMinor":4800', '"capturedMinor":"4800"')],
    ['full-width digits', mangled('"capturedMinor":4800', '"capturedMinor":"４８００"')],
    ['full-width digits without quotes', mangled('"capturedMinor":4800', '"capturedMinor":４８００')],
    ['an object for text', mangled('"ref.1"', '{"$ne":""}')],
    ['an array for text', mangled('"PAID"', '["PAID"]')],
    ['an unknown status word', mangled('PAID', 'SUCCESS')],
    ['a status word with a blank', mangled('PAID', 'PAID ')],
    ['a full-width status word', mangled('PAID', 'ＰＡＩＤ')],
    ['no status', mangled('"status":"PAID",', '')],
    ['a reference with a slash', mangled('ref.1', '../ref.1')],
    ['a reference with NUL', mangled('ref.1', 'ref\\u0000.1')],
    ['a reference with a line break at its end', mangled('ref.1', 'ref.1\\n')],
    ['a long reference', mangled('ref.1', 'r'.repeat(65))],
    ['half a character', mangled('{', '{"reason":"\\ud800",')],
    ['a pay page of another kind', mangled('{', '{"payUrl":"file:///etc/passwd",')],
    ['a day for a time', mangled('{', '{"paidAt":"2026-11-21",')],
    ['a currency that is none', mangled('CNY', 'RMB¥')],
    ['more than 64 KB', `${text}${' '.repeat(65_536)}`],
    ['nesting 60,000 deep', `{"a":${'['.repeat(60_000)}`],
    ['nesting 30,000 deep that is valid', mangled('{', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)},`)],
  ])('that holds %s is unreadable, never a success', (_name, body) => {
    expect(checked(body).outcome).toBe('unreadable');
  });

  it('whatever bytes it holds, the answer is one of three and nothing is thrown', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (body) => {
          expect(['genuine', 'unreadable']).toContain(checked(body).outcome);
        },
      ),
    );
  });
});

describe('strict JSON', () => {
  it('reads what JSON.stringify wrote, when it holds integers only', () => {
    const values = fc.jsonValue({ noUnicodeString: false, depthSize: 'small' }).filter((value) => !/[0-9]e[+-]?[0-9]|-0/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(values, (value) => {
        const read = readStrictJson(Buffer.from(JSON.stringify(value)));
        expect(read.ok ? JSON.stringify(read.value) : read.why).toBe(read.ok ? JSON.stringify(value) : 'TOO_DEEP');
      }),
    );
  });

  it('finds a duplicate among keys that hold quotes, colons, braces and numbers', () => {
    const tricky = ['a":', '{', '}', '[1e1]', '\\', '":"', '-0', ' 1.0 ', ''];
    const members = tricky.map((name, n) => `${JSON.stringify(name)} :${JSON.stringify({ [name]: name, n })}`);
    expect(readStrictJson(Buffer.from(`{${members.join(',')}}`)).ok).toBe(true);
    expect(readStrictJson(Buffer.from(`{${[...members, members[0]].join(',')}}`))).toEqual({ ok: false, why: 'DUPLICATE_KEY' });
  });

  it('is not slowed down by a hostile megabyte', () => {
    for (const unit of ['\\\\', '\\"', 'a', '1']) {
      const body = Buffer.from(`{"a":"${unit.repeat(500_000)}"}`);
      expect(readStrictJson(body).ok).toBe(true);
    }
  });
});

import * as fc from 'fast-check';
import { signedHeaders, webhookKey } from '../../../src/protocols/webhook-signing';

export interface HostileNotice {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const HONEST = {
  reference: 'order-1.1',
  merchantId: 'm1',
  status: 'PAID',
  amountMinor: 4_800,
  capturedMinor: 4_800,
  refundedMinor: 0,
  currency: 'CNY',
  transactionId: 't-1',
  paidAt: '2026-11-20T10:00:00.000Z',
};

/** What stands where an honest value should, as raw JSON. */
const VALUES = [
  '"PAID "', '"paid"', '"ＰＡＩＤ"', '"TRADE_SUCCESS"', 'null', 'true', '[]', '{}', '""', '1e1', '1E400', '010', '+1', '.5', '1.', '-0', '0x10', '１２', '"１２"', 'NaN',
  'Infinity', '99999999999999999999', '-4800', '48.00', '"4800"', '"\\u0000"', '"\\uD800"', '"http://169.254.169.254/latest"', '"2026-13-45T00:00:00Z"', '{"$gt":0}',
] as const; // prettier-ignore

const memberArb = fc.tuple(
  fc.constantFrom(...Object.keys(HONEST), '__proto__', 'constructor', 'extra', 'cards', 'requestId'),
  fc.oneof(
    fc.constantFrom(...VALUES),
    fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  ),
);

/** An honest body in which some members were replaced, doubled or taken out. */
const twistedArb = fc.tuple(fc.array(memberArb, { minLength: 1, maxLength: 4 }), fc.boolean()).map(([changes, isDoubled]) => {
  const changed = new Set(changes.map(([name]) => name));
  const honest = Object.entries(HONEST).filter(([name]) => isDoubled || !changed.has(name));
  const members = [...honest.map(([name, value]) => [name, JSON.stringify(value)] as const), ...changes];
  return Buffer.from(`{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`);
});

const formArb = fc
  .array(
    fc.tuple(
      fc.constantFrom('pid', 'trade_no', 'out_trade_no', 'money', 'trade_status', 'sign', 'sign_type', 'timestamp'),
      fc.string({ maxLength: 12 }),
    ),
    { maxLength: 9 },
  )
  .map((pairs) => Buffer.from(pairs.map(([name, value]) => `${name}=${/[%+]/.test(value) ? value : encodeURIComponent(value)}`).join('&')));

const bytesArb = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(
    Buffer.from('\uFEFF{}'),
    Buffer.from('{}', 'utf16le'),
    Buffer.from(`${'['.repeat(30_000)}`),
    Buffer.from(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`),
    Buffer.from(`{"status":"${'x'.repeat(70_000)}"}`),
    Buffer.from('{"status":"PAID","status":"OPEN"}'),
    Buffer.from('{"st\\u0061tus":"PAID","status":"OPEN"}'),
  ),
);

const bodyArb = fc.oneof({ arbitrary: twistedArb, weight: 6 }, { arbitrary: formArb, weight: 2 }, { arbitrary: bytesArb, weight: 2 });
const headerArb = fc.record(
  {
    'webhook-id': fc.constantFrom('', 'a b', 'x'.repeat(200), '../x', 'id-1'),
    'webhook-timestamp': fc.constantFrom('', '0', '-1', '1e9', '0x10', '99999999999999', 'now', '1700000000'),
    'webhook-signature': fc.constantFrom('', 'v1,', 'v1,AAAA', 'v1a,AAAA', `${'v1,AAAA '.repeat(50)}`, 'v1,==', 'v2,AAAA'),
    'stripe-signature': fc.constantFrom('', 't=,v1=', `t=${'9'.repeat(400)},v1=00`, 't=1,v1=zz', 't=1,t=2,v1=00'),
    'content-type': fc.constantFrom(
      'text/plain',
      'application/json; charset=utf-16',
      'application/json',
      'multipart/form-data',
      'application/json, text/xml',
    ),
  },
  { requiredKeys: [] },
);

/** By strangers: nobody who has no key signs like one who has. */
export const strangersNoticeArb: fc.Arbitrary<HostileNotice> = fc.record({ body: bodyArb, headers: headerArb });

/** By somebody who has the key, which is what a partner gone wrong looks like: the signature is good, the rest is not. */
export const partnersNoticeArb = (secret: string, atMs: () => number): fc.Arbitrary<HostileNotice> =>
  fc.tuple(bodyArb, fc.nat()).map(([body, id]) => ({
    body,
    headers: { 'content-type': 'application/json', ...signedHeaders([webhookKey(secret)], `hostile-${id}`, atMs(), body) },
  }));

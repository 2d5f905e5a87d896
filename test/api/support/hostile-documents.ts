import * as fc from 'fast-check';

/** Honest documents, which edits then break. */
const HONEST = [
  '{ orders(first: 10) { nodes { id number status amount { amountMinor currency } history(first: 5) { nodes { type hash } } } totalCount } }',
  'query Q($id: ID!, $token: String) { order(id: $id, accessToken: $token) { id phase ... on Order { nextStep cards { id state } } } }',
  'mutation M($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id } accessToken userErrors { code field message } } }',
  'subscription { orderUpdated(orderId: "x") { revision order { ...F } } } fragment F on Order { id status }',
  'query @skip(if: false) { a: sku(id: "game") { id name(locale: EN) } b: skus { id price { amountMinor } } }',
  '{ __schema { types { name fields { name type { name ofType { name } } } } } }',
] as const;

/** Pieces that parsers, limits and stores have choked on somewhere. */
const SHARDS = [
  '{', '}', '(', ')', '[', ']', '...', ':', '$', '@', '!', '|', '&', '=', '#', '"', '"""', '\\', '\\u0000', '\\uD800', '\u0000', '\uFEFF', '\u202E', '\u2028',
  '...F', '...__schema', '__proto__', 'constructor', '$ne', '$where', '1e999', '-0', '00', '1.', '99999999999999999999', '0x10', '１２', 'null', 'true',
  'fragment F on Order { ...F }', 'fragment __schema on Order { id }', 'mutation', 'subscription', 'query', 'on', '@skip(if: true)', '@include(if: $x)', '@deprecated',
  '@skip(if: true) '.repeat(30), '{ a '.repeat(60), 'a: id '.repeat(60), 'skus { id } '.repeat(300), `"${'x'.repeat(5_000)}"`, '%00', '\r\n', '\t',
] as const; // prettier-ignore

const nameArb = fc.constantFrom(
  'id', 'sku', 'skus', 'order', 'orders', 'nodes', 'history', 'asOf', 'submitOrder', 'revealCards', 'orderUpdated', '__typename', '__schema', '__type', '__proto__',
  'constructor', 'toString', 'hasOwnProperty', 'apiKeys', 'cards', 'code', 'system', 'x',
); // prettier-ignore
const typeArb = fc.constantFrom('Order', 'Query', 'Mutation', 'OrderConnection', 'RevealedCard', 'Nothing', 'ID', '__Schema', 'SubmitOrderInput');
const argumentArb = fc.constantFrom('id', 'first', 'after', 'input', 'filter', 'accessToken', 'orderId', 'revision', 'includeDeprecated', 'x');
const scalarArb = fc.oneof(
  fc.constantFrom(
    '0',
    '-1',
    '1.5',
    '1e9',
    '101',
    '99999999999999999999',
    'null',
    'true',
    'ENUM',
    '$id',
    '""',
    '"game"',
    '"\\u0000"',
    '"\\uD83D"',
    '"""block"""',
  ),
  fc.string({ maxLength: 20 }).map((text) => JSON.stringify(text)),
);
const { value: valueArb } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalarArb,
    fc.array(tie('value'), { maxLength: 3 }).map((all) => `[${all.join(', ')}]`),
    fc.array(fc.tuple(argumentArb, tie('value')), { maxLength: 3 }).map((all) => `{ ${all.map(([name, value]) => `${name}: ${value}`).join(', ')} }`),
  ),
}));
const argumentsArb = fc
  .array(fc.tuple(argumentArb, valueArb), { maxLength: 3 })
  .map((all) => (all.length === 0 ? '' : `(${all.map(([name, value]) => `${name}: ${value}`).join(', ')})`));
const directiveArb = fc.constantFrom('', '', '', '@skip(if: true)', '@include(if: false)', '@skip', '@nothing(x: 1)', '@skip(if: "x")');

const { selections: selectionsArb } = fc.letrec<{ selection: string; selections: string }>((tie) => ({
  selection: fc.oneof(
    { maxDepth: 9, depthSize: 'medium' },
    { arbitrary: nameArb, weight: 6 },
    { arbitrary: fc.constantFrom('...F', '...G', '...__schema', '...Nobody'), weight: 1 },
    {
      arbitrary: fc
        .tuple(fc.constantFrom('', '', 'a: ', '__proto__: '), nameArb, argumentsArb, directiveArb, tie('selections'))
        .map(([alias, name, given, directive, below]) => `${alias}${name}${given} ${directive} ${below}`),
      weight: 4,
    },
    {
      arbitrary: fc.tuple(typeArb, directiveArb, tie('selections')).map(([type, directive, below]) => `... on ${type} ${directive} ${below}`),
      weight: 2,
    },
  ),
  selections: fc.array(tie('selection'), { minLength: 1, maxLength: 4 }).map((all) => `{ ${all.join(' ')} }`),
}));
const fragmentArb = fc
  .tuple(fc.constantFrom('F', 'G', '__schema', 'on'), typeArb, selectionsArb)
  .map(([name, type, below]) => `fragment ${name} on ${type} ${below}`);
const operationArb = fc
  .tuple(fc.constantFrom('', 'query', 'query Q', 'query Q($id: ID!)', 'query Q($id: [Order!]! = 5)', 'mutation', 'subscription'), selectionsArb)
  .map(([head, below]) => `${head} ${below}`);

/** Grown from the grammar: mostly well-formed, seldom meaningful. */
const grownArb = fc
  .tuple(fc.array(operationArb, { minLength: 1, maxLength: 3 }), fc.array(fragmentArb, { maxLength: 4 }))
  .map(([operations, fragments]) => [...operations, ...fragments].join(' '));

interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly shard: string;
}
const editArb: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(400),
  cut: fc.nat(12),
  shard: fc.oneof(fc.constantFrom(...SHARDS), fc.string({ unit: 'binary', maxLength: 6 })),
});

/** Honest ones with a few places cut out and something else put there. */
const brokenArb = fc
  .tuple(fc.constantFrom(...HONEST), fc.array(editArb, { minLength: 1, maxLength: 6 }))
  .map(([honest, edits]) =>
    edits.reduce((text, { at, cut, shard }) => text.slice(0, at % text.length) + shard + text.slice((at % text.length) + cut), honest as string),
  );

/** Texts that are to do harm when a server parses, validates or runs them. */
export const hostileDocumentArb: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: grownArb, weight: 5 },
  { arbitrary: brokenArb, weight: 5 },
  { arbitrary: fc.array(fc.constantFrom(...SHARDS), { maxLength: 40 }).map((all) => all.join(' ')), weight: 2 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 200 }), weight: 1 },
);

const hostileScalarArb = fc.oneof(
  fc.constantFrom<unknown>(
    0,
    -1,
    1.5,
    1e9,
    1e308,
    -0,
    '',
    '１２',
    'a\u0000b',
    '\uD800',
    '../../etc/passwd',
    "' OR 1=1 --",
    '{{7*7}}',
    'javascript:alert(1)',
    'x'.repeat(17_000),
    null,
    true,
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.double(),
);
const { member: memberArb } = fc.letrec<{ member: unknown }>((tie) => ({
  member: fc.oneof(
    { maxDepth: 9, depthSize: 'medium' },
    hostileScalarArb,
    fc.array(tie('member'), { maxLength: 3 }),
    fc
      .array(
        fc.tuple(
          fc.constantFrom('id', 'input', 'skuId', 'quantity', 'buyer', 'ref', '$ne', '$where', '__proto__', 'constructor', 'prototype'),
          tie('member'),
        ),
        { maxLength: 4 },
      )
      // Own members, as a parser of JSON makes them, also of the names that an assignment would hide.
      .map(
        (members) =>
          JSON.parse(`{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`) as unknown,
      ),
  ),
}));

/** What stands in `variables`. */
export const hostileVariablesArb: fc.Arbitrary<object> = memberArb.map((member) =>
  typeof member === 'object' && member !== null && !Array.isArray(member) ? member : { id: member, input: member },
);

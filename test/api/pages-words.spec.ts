import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import { buildSchema, parse, validate } from 'graphql';
import type { NextStep, OrderStatus, Phase } from '../../src/domain/order/phase';
import type { PaymentStatus, RefundStatus } from '../../src/domain/order/state';

const ROOT = join(__dirname, '../..');

/** What a module of the browser exports. */
function exportsOf<T>(name: string): T {
  const source = readFileSync(join(ROOT, 'src/api/pages/files', name), 'utf8');
  const { code } = transformSync(source, { jsc: { parser: { syntax: 'ecmascript' }, target: 'es2022' }, module: { type: 'commonjs' } });
  const exported = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- our own file, in another module system.
  new Function('exports', code)(exported);
  return exported as T;
}

interface Words {
  readonly [word: string]: string | Readonly<Record<string, string>>;
}

// Records, so that a new member of the domain does not compile until the buyer is told about it.
const STATUSES: Record<OrderStatus, true> = { AWAITING_PAYMENT: true, PROCESSING: true, COMPLETED: true, FAILED: true, EXPIRED: true };
const PHASES: Record<Phase, true> = {
  QUEUED: true,
  OPENING_PAYMENT: true,
  AWAITING_BUYER: true,
  PAYMENT_IN_DOUBT: true,
  PAID_WAITING_CARD: true,
  PURCHASING: true,
  PURCHASE_IN_DOUBT: true,
  REFUNDING: true,
  REFUND_IN_DOUBT: true,
  DELIVERED: true,
  PARTLY_DELIVERED: true,
  DECLINED: true,
  CANCELLED: true,
  REFUNDED: true,
  EXPIRED: true,
};
const NEXT_STEPS: Record<NextStep, true> = {
  WAIT_FOR_PAYMENT_PAGE: true,
  PAY: true,
  WAIT_FOR_PAYMENT_RESULT: true,
  WAIT_FOR_CARDS: true,
  WAIT_FOR_REFUND: true,
  VIEW_CARDS: true,
  WAIT_FOR_REVIEW: true,
  CANCELLING: true,
  CHANGING_PAYMENT: true,
  NONE: true,
};

const PAYMENTS: Record<PaymentStatus, true> = {
  REQUESTED: true,
  IN_DOUBT: true,
  OPEN: true,
  PAID: true,
  DECLINED: true,
  CLOSED: true,
  NOT_DONE: true,
  MISMATCHED: true,
};
const REFUNDS: Record<RefundStatus, true> = {
  ORDERED: true,
  REQUESTED: true,
  IN_DOUBT: true,
  PENDING: true,
  RETRY: true,
  REFUSED: true,
  DONE: true,
};

const namesOf = (words: Words): readonly string[] =>
  Object.entries(words).flatMap(([name, word]) => (typeof word === 'string' ? [name] : Object.keys(word).map((inner) => `${name}.${inner}`)));

describe('the words of the buyer page', () => {
  const { en } = exportsOf<{ en: Words }>('words-en.js');
  const { zh } = exportsOf<{ zh: Words }>('words-zh.js');
  test('are the same set in both languages', () => {
    expect([...namesOf(zh)].sort()).toEqual([...namesOf(en)].sort());
  });

  test.each([
    ['status', STATUSES],
    ['phase', PHASES],
    ['next', NEXT_STEPS],
  ])('cover every %s of an order', (group, members) => {
    for (const words of [en, zh])
      expect(words[group]).toMatchObject(Object.fromEntries(Object.keys(members).map((name) => [name, expect.stringMatching(/\S/)])));
  });

  test('cover everything the page asks for', () => {
    const html = readFileSync(join(ROOT, 'src/api/pages/files/buyer.html'), 'utf8');
    const asked = Array.from(html.matchAll(/data-word="(\w+)"/g), ([, word = '']) => word);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((word) => typeof en[word] !== 'string')).toEqual([]);
  });
});

describe('the words of the page of a shared order', () => {
  const { sharedWords } = exportsOf<{ sharedWords: Record<'en' | 'zh-CN', Words> }>('shared-words.js');

  test('are the same set in both languages, and cover every payment and refund', () => {
    expect([...namesOf(sharedWords['zh-CN'])].sort()).toEqual([...namesOf(sharedWords.en)].sort());
    expect(Object.keys(sharedWords.en['payments'] ?? {}).sort()).toEqual(Object.keys(PAYMENTS).sort());
    expect(Object.keys(sharedWords.en['refunds'] ?? {}).sort()).toEqual(Object.keys(REFUNDS).sort());
  });

  test('cover everything the page asks for', () => {
    const html = readFileSync(join(ROOT, 'src/api/pages/files/shared.html'), 'utf8');
    const asked = Array.from(html.matchAll(/data-word="(\w+)"/g), ([, word = '']) => word);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((word) => typeof sharedWords.en[word] !== 'string')).toEqual([]);
  });
});

describe('what the pages of orders ask of the API', () => {
  const documents = ['order-documents.js', 'shared-documents.js'].flatMap((name) => Object.entries(exportsOf<Record<string, string>>(name)));

  test.each(documents)('%s is what the schema offers', (_name, document) => {
    const schema = buildSchema(readFileSync(join(ROOT, 'schema.graphql'), 'utf8'));
    expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
  });

  test('no document holds a value: tokens and ids travel as variables and headers', () => {
    for (const [, document] of documents) expect(document).not.toMatch(/"/);
  });
});

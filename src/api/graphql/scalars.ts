import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { isDay } from '../../domain/closing/day';
import type { Locale } from '../../application/caller';

const refuse = (what: string): never => {
  throw new GraphQLError(what, { extensions: { code: 'BAD_USER_INPUT' } });
};

function literal(node: ValueNode): unknown {
  return node.kind === Kind.INT ? node.value : node.kind === Kind.STRING ? node.value : refuse('A number or a text was expected.');
}

function toInteger(value: unknown): number {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^(?:0|-?[1-9][0-9]{0,15})$/.test(text))
    return refuse('BigInt takes an integer, or its decimal digits as a string.');
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : refuse('BigInt is out of range.');
}

/** Amounts stay below 10¹², far inside what doubles count exactly; the text form keeps clients in other languages exact, too. */
export const BigIntScalar = new GraphQLScalarType<number, string>({
  name: 'BigInt',
  description: 'An integer as decimal digits in a string, such as "4800". Inputs also take a JSON integer.',
  serialize: (value) => String(value),
  parseValue: toInteger,
  parseLiteral: (node) => toInteger(literal(node)),
});

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:\d{2})$/;

function toUtc(value: unknown): string {
  if (typeof value !== 'string' || !ISO.test(value) || Number.isNaN(Date.parse(value)))
    return refuse('DateTime takes an ISO-8601 time with its zone, such as 2026-11-21T08:00:00Z.');
  return new Date(value).toISOString();
}

export const DateTimeScalar = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description: 'A time as ISO-8601 text in UTC, such as 2026-11-21T08:00:00.000Z. Inputs may carry another zone.',
  serialize: (value) => (typeof value === 'string' ? value : refuse('not a time')),
  parseValue: toUtc,
  parseLiteral: (node) => (node.kind === Kind.STRING ? toUtc(node.value) : refuse('DateTime takes a text.')),
});

const toDay = (value: unknown): string =>
  typeof value === 'string' && isDay(value) ? value : refuse('Date takes a day that there is, such as 2026-11-21.');

export const DateScalar = new GraphQLScalarType<string, string>({
  name: 'Date',
  description: 'A day of the calendar of the shop, such as 2026-11-21.',
  serialize: toDay,
  parseValue: toDay,
  parseLiteral: (node) => (node.kind === Kind.STRING ? toDay(node.value) : refuse('Date takes a text.')),
});

export const CurrencyScalar = new GraphQLScalarType<string, string>({
  name: 'Currency',
  description: 'An ISO-4217 code, such as CNY.',
  serialize: (value) => (typeof value === 'string' ? value : refuse('not a currency')),
  parseValue: (value) => (typeof value === 'string' && /^[A-Z]{3}$/.test(value) ? value : refuse('Currency takes an ISO-4217 code such as CNY.')),
});

const toLocale = (value: unknown): Locale => (value === 'zh-CN' || value === 'en' ? value : refuse('Locale takes "zh-CN" or "en".'));

export const LocaleScalar = new GraphQLScalarType<Locale, string>({
  name: 'Locale',
  description: 'A language of messages: "zh-CN" or "en".',
  serialize: (value) => toLocale(value),
  parseValue: toLocale,
});

const outputOnly = (): never => refuse('JSON is never an input.');

export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value. Only in answers.',
  serialize: (value) => value,
  parseValue: outputOnly,
  parseLiteral: outputOnly,
});

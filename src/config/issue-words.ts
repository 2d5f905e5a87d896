import type { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of entries',
  record: 'a group of entries',
};
const PARTS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };

/** What is wrong with a setting or an entry, for whoever wrote it: words of ours where a schema has none of its own. No value is quoted. */
export const issueWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${listed(issue.values.map(String))}`;
    case 'too_small':
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${PARTS[issue.origin] ?? ''}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${PARTS[issue.origin] ?? ''}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'must be a URL' : issue.pattern === undefined ? undefined : `must have the form ${issue.pattern}`;
    case 'unrecognized_keys':
      return `does not know ${issue.keys.join(', ')}`;
    default:
      return undefined;
  }
};

const listed = (words: readonly string[]): string => [words.slice(0, -1).join(', '), words.at(-1)].filter((part) => part !== '').join(' or ');

/** What makes a text no YAML, by the code of the parser; its own sentences quote the text, which may hold a secret. */
const FLAWS: Readonly<Record<string, string>> = {
  BAD_INDENT: 'is indented otherwise than the lines that it belongs to',
  TAB_AS_INDENT: 'is indented with a tab; YAML takes spaces',
  MISSING_CHAR: 'lacks a character: a quote, a bracket, a comma, or the blank behind a colon',
  DUPLICATE_KEY: 'says again what stands before it',
  BLOCK_AS_IMPLICIT_KEY: 'begins an entry in the middle of another one',
  MULTILINE_IMPLICIT_KEY: 'breaks off before its colon',
  UNEXPECTED_TOKEN: 'goes on where an entry has ended',
  BAD_SCALAR_START: 'begins with a character that has to stand in quotes',
  BAD_DQ_ESCAPE: 'holds a backslash that means nothing; single quotes take it as it is',
};

export const yamlFlaw = (code: string): string => FLAWS[code] ?? `is no YAML (${code})`;

import { isSoundText } from './document-limits';

const TEXT_CHARACTERS_MAX = 16_384;
const NESTING_MAX = 8;
/** The body limit bounds the number of values; names that reach into prototypes have no business here. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** What is wrong with the variables of a request, or null. Types are the schema's to check; this is about unsound values of any type. */
export function variableProblem(value: unknown, nesting = 0): string | null {
  if (typeof value === 'string') return textProblem(value);
  if (value === null || typeof value !== 'object') return null;
  if (nesting >= NESTING_MAX) return `variables are nested deeper than ${NESTING_MAX} levels`;
  for (const [name, member] of Object.entries(value)) {
    if (FORBIDDEN_NAMES.has(name)) return 'variables hold a forbidden name';
    const problem = variableProblem(member, nesting + 1);
    if (problem !== null) return problem;
  }
  return null;
}

function textProblem(text: string): string | null {
  if (text.length > TEXT_CHARACTERS_MAX) return `a text is longer than ${TEXT_CHARACTERS_MAX} characters`;
  return isSoundText(text) ? null : 'a text holds NUL or a lone surrogate';
}

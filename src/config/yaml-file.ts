import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { issueWords, yamlFlaw } from './issue-words';

const TEXT_CHARACTERS_MAX = 1_048_576;
const ALIASES_MAX = 100;

/** What a file says that a setting names; null, and every problem by its place, when it does not fit. No word of a problem comes from a value. */
export function readYamlFile<T extends z.ZodType>(setting: string, name: string, schema: T, problems: string[]): z.output<T> | null {
  const say = (problem: string): null => (problems.push(`${setting}: ${problem}`), null);
  const text = textOf(name);
  if (text === null) return say('the file cannot be read');
  const document = parseDocument(text.slice(0, TEXT_CHARACTERS_MAX));
  const [flaw] = document.errors;
  if (flaw !== undefined) return say(`the file is no YAML: line ${flaw.linePos?.[0].line ?? 1} ${yamlFlaw(flaw.code)}`);
  const read = schema.safeParse(document.toJS({ maxAliasCount: ALIASES_MAX }), { error: issueWords });
  if (read.success) return read.data;
  read.error.issues.forEach(({ path, message }) => say(`${path.join('.')} ${message}`.trim()));
  return null;
}

function textOf(name: string): string | null {
  try {
    return readFileSync(name, 'utf8');
  } catch {
    return null;
  }
}

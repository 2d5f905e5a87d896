import { readFileSync } from 'node:fs';
import { parse, print } from 'graphql';

const TEXT_CHARACTERS_MAX = 1_048_576;

/**
 * Operations and fragments in a file, each as GraphQL prints it, so that layout and comments play no part. Every problem by its place;
 * undefined when no file is named.
 */
export function readPublicOperations(name: string | undefined, problems: string[]): ReadonlySet<string> | undefined {
  if (name === undefined) return undefined;
  const say = (problem: string): undefined => void problems.push(`CARDRAIL_PUBLIC_OPERATIONS: ${problem}`);
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch {
    return say('the file cannot be read');
  }
  if (text.length > TEXT_CHARACTERS_MAX) return say(`the file is longer than ${TEXT_CHARACTERS_MAX} characters`);
  try {
    return new Set(parse(text, { noLocation: true }).definitions.map((definition) => print(definition)));
  } catch {
    return say('the file is no GraphQL document');
  }
}

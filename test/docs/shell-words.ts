/** The commands of a shell text, each as its words. Comments, pipes, redirections and what stands before the program are left out. */
export const commandsIn = (text: string): readonly (readonly string[])[] =>
  text
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => cut(wordsOf(line)));

const ENDS: ReadonlySet<string> = new Set(['|', '||', '&&', ';', '>', '>>', '<', '&']);

function cut(words: readonly string[]): readonly (readonly string[])[] {
  const end = words.findIndex((word) => ENDS.has(word));
  if (end < 0) return words.length === 0 ? [] : [words];
  return [words.slice(0, end), ...cut(words.slice(end + 1))].filter((command) => command.length > 0);
}

/** Words as a shell reads them, without expanding anything. */
function wordsOf(line: string): readonly string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  const comment = words.findIndex((word) => word.startsWith('#'));
  return (comment < 0 ? words : words.slice(0, comment)).map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

/** What follows `cardrail` in a command; null when it is another program. */
export function cardrailArguments(command: readonly string[]): readonly string[] | null {
  const [program, next, ...rest] = command.filter((word, at) => !(/^[A-Z_]+=/.test(word) && command.slice(0, at).every((before) => before.includes('='))));
  if (program === 'cardrail') return next === undefined ? [] : [next, ...rest];
  return program === 'npx' && next === 'cardrail' ? rest : null;
}

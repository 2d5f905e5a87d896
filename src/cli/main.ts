import { exitCodeOf, EXIT, refuseSecretArguments } from './exit';
import { say } from './output';
import { buildProgram } from './program';

/** Reads the command line, runs one verb, and tells the shell how it went. One line per error; stacks help nobody here. */
async function main(args: readonly string[]): Promise<number> {
  try {
    refuseSecretArguments(args);
    await buildProgram().parseAsync([...args], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (isHelp(error)) return EXIT.done;
    const name = error instanceof Error ? error.name : '';
    if (name !== 'BadNews') say(`cardrail: ${wordsOf(error)}`);
    return exitCodeOf(error);
  }
}

const HELP_CODES = ['commander.helpDisplayed', 'commander.version'];
const isHelp = (error: unknown): boolean => error instanceof Error && 'code' in error && HELP_CODES.includes(String(error.code));

/** Commander quotes an unknown flag with its value, which may be a secret; the name is enough. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'ConfigInvalid' || error.name === 'WrongUse') return error.message;
  if (error.name === 'CommanderError')
    return error.message === '(outputHelp)'
      ? 'a verb is missing; see --help'
      : oneLine(error.message.replace(/^error: /, '').replace(/(--[\w-]+)=[^']*/g, '$1'));
  return oneLine(error.message) || error.name;
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read us has had enough, as `| head` does.
  if (error.code === 'EPIPE') process.exit(EXIT.done);
});

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  process.stdout.write('', () => process.exit(code));
});

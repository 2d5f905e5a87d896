import { EXIT } from './exit';
import { runVerb } from './run-verb';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read us has had enough, as `| head` does.
  if (error.code === 'EPIPE') process.exit(EXIT.done);
});

void runVerb(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  process.stdout.write('', () => process.exit(code));
});

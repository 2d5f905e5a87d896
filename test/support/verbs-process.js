/**
 * The command line without its processes: takes one verb after another from whoever started it, runs each as `src/cli/main.ts` does, with the
 * environment and in the folder that it was told, and answers with what a shell would have seen.
 */
const { Buffer } = require('node:buffer');
const { runVerb } = require('../../dist/cli/run-verb');

/** Sends what is written from now on here and not to the terminal; the returned function tells it. */
function hear(stream) {
  const chunks = [];
  stream.write = (chunk, encoding, done) => {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    const heard = typeof encoding === 'function' ? encoding : done;
    if (heard !== undefined) process.nextTick(heard);
    return true;
  };
  return () => Buffer.concat(chunks).toString('utf8');
}

process.on('message', async ({ args, environment, folder }) => {
  process.env = environment;
  process.chdir(folder);
  const [stdout, stderr] = [hear(process.stdout), hear(process.stderr)];
  const code = await runVerb(args);
  // A verb that listens for Ctrl-C does so until its process ends.
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
  process.send({ code, stdout: stdout(), stderr: stderr() });
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit());

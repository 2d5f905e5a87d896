// Whether this container is ready, for HEALTHCHECK: 0 or 1 by what the listener for probes says.
'use strict';
const port = process.env.CARDRAIL_PROBE_PORT ?? process.env.CARDRAIL_PORT ?? '4000';
fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_500) })
  .then(async (answer) => {
    process.stdout.write(await answer.text());
    process.exitCode = answer.ok ? 0 : 1;
  })
  .catch((error) => {
    process.stdout.write(String(error.cause ?? error));
    process.exitCode = 1;
  });

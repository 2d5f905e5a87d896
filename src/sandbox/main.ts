import { parseArgs } from 'node:util';
import { epayFrom } from './epay/from-environment';
import { startSandbox } from './start-sandbox';
import type { SandboxOptions } from './start-sandbox';

const USAGE = `usage: main.js --port N [--host ADDRESS] [--merchant ID] [--data FILE] [--delay-scale N]
secrets come from the environment: GATEWAY_MAIN_KEY (API key), GATEWAY_MAIN_WEBHOOK (whsec_ + base64)
to be an epay platform too: GATEWAY_EPAY_KEY, GATEWAY_EPAY_PLATFORM_KEY (its private RSA key), GATEWAY_EPAY_MERCHANT_KEY (yours, public), GATEWAY_EPAY_PID`;

/** Reads the command line and the environment. Throws with one line that holds no secret. */
function optionsFrom(args: readonly string[], environment: NodeJS.ProcessEnv): SandboxOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { port: text, host: text, merchant: text, data: text, 'delay-scale': text },
    strict: true,
  });
  const port = Number(values.port);
  const delayScale = Number(values['delay-scale'] ?? 1);
  const { GATEWAY_MAIN_KEY: apiKey, GATEWAY_MAIN_WEBHOOK: webhookSecret } = environment;
  if (values.port === undefined || !Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port has to be 0 to 65535');
  if (!(delayScale >= 0 && delayScale <= 1_000)) throw new Error('--delay-scale has to be 0 to 1000');
  if (!apiKey || !webhookSecret) throw new Error('GATEWAY_MAIN_KEY and GATEWAY_MAIN_WEBHOOK have to be set');
  const epay = epayFrom(environment);
  return {
    port,
    apiKey,
    webhookSecret,
    delayScale,
    merchantId: values.merchant ?? 'm1',
    ...(values.host !== undefined && { host: values.host }),
    ...(values.data !== undefined && { dataFile: values.data }),
    ...(epay !== undefined && { epay }),
  };
}

/** Runs until SIGTERM or SIGINT; prints one JSON line {pid, url} when it serves. */
async function main(): Promise<void> {
  let options: SandboxOptions;
  try {
    options = optionsFrom(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'wrong use'}\n${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const sandbox = await startSandbox(options);
  process.stdout.write(`${JSON.stringify({ pid: process.pid, url: sandbox.url })}\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await sandbox.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'the sandbox failed'}\n`);
  process.exitCode = 1;
});

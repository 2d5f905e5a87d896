import { parseArgs } from 'node:util';
import { alipayFrom } from './alipay/from-environment';
import { epayFrom } from './epay/from-environment';
import { hostedFrom } from './hosted/from-environment';
import { startChannel, type ChannelOptions } from './start-channel';
import { startSandbox, type Sandbox, type SandboxOptions } from './start-sandbox';
import { stripeFrom } from './stripe/from-environment';
import { UPSTREAMS } from './upstreams';

const USAGE = `usage: main.js --port N [--channel-ports N,N,N] [--host ADDRESS] [--merchant ID] [--data FILE] [--delay-scale N]
secrets come from the environment: GATEWAY_MAIN_KEY (API key), GATEWAY_MAIN_WEBHOOK (whsec_ + base64);
to be an epay platform too: GATEWAY_EPAY_KEY, GATEWAY_EPAY_PLATFORM_KEY (its private RSA key), GATEWAY_EPAY_MERCHANT_KEY (yours, public), GATEWAY_EPAY_PID;
to speak like Stripe too: GATEWAY_STRIPE_KEY (sk_…), GATEWAY_STRIPE_WEBHOOK (whsec_…);
to speak like Alipay too: GATEWAY_ALIPAY_PLATFORM_KEY (its private RSA key), GATEWAY_ALIPAY_APP_KEY (yours, public), GATEWAY_ALIPAY_APP;
to have pages of its own too: GATEWAY_HOSTED_KEY (API key), GATEWAY_HOSTED_LINK (whsec_…), GATEWAY_HOSTED_WEBHOOK (whsec_…);
a channel runs when it has its own: ${UPSTREAMS.map(({ id, keyName, webhookName }) => `${keyName} and ${webhookName} for ${id}`).join(', ')}`;

interface Options {
  readonly gateway: SandboxOptions;
  readonly channels: readonly (ChannelOptions & { readonly id: string })[];
}

/** Reads the command line and the environment. Throws with one line that holds no secret. */
function optionsFrom(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { port: text, 'channel-ports': text, host: text, merchant: text, data: text, 'delay-scale': text },
    strict: true,
  });
  const delayScale = Number(values['delay-scale'] ?? 1);
  const { GATEWAY_MAIN_KEY: apiKey, GATEWAY_MAIN_WEBHOOK: webhookSecret } = environment;
  if (values.port === undefined || !isPort(values.port)) throw new Error('--port has to be 0 to 65535');
  if (!(delayScale >= 0 && delayScale <= 1_000)) throw new Error('--delay-scale has to be 0 to 1000');
  if (!apiKey || !webhookSecret) throw new Error('GATEWAY_MAIN_KEY and GATEWAY_MAIN_WEBHOOK have to be set');
  const epay = epayFrom(environment);
  const stripe = stripeFrom(environment);
  const hosted = hostedFrom(environment);
  const alipay = alipayFrom(environment);
  const shared = { delayScale, ...(values.host !== undefined && { host: values.host }) };
  return {
    gateway: {
      ...shared,
      port: Number(values.port),
      apiKey,
      webhookSecret,
      merchantId: values.merchant ?? 'm1',
      ...(values.data !== undefined && { dataFile: values.data }),
      ...(epay !== undefined && { epay }),
      ...(stripe !== undefined && { stripe }),
      ...(hosted !== undefined && { hosted }),
      ...(alipay !== undefined && { alipay }),
    },
    channels: channelsFrom(values['channel-ports'], environment).map((channel) => ({
      ...shared,
      ...channel,
      ...(values.data !== undefined && { dataFile: `${values.data}.${channel.id}` }),
    })),
  };
}

const isPort = (text: string): boolean => /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535;

function channelsFrom(asked: string | undefined, environment: NodeJS.ProcessEnv): Options['channels'] {
  const ports = asked?.split(',') ?? UPSTREAMS.map(({ port }) => String(port));
  if (ports.length !== UPSTREAMS.length || !ports.every(isPort)) throw new Error(`--channel-ports has to be ${UPSTREAMS.length} ports: N,N,N`);
  return UPSTREAMS.flatMap(({ keyName, webhookName, port: _usual, ...upstream }, at) => {
    const { [keyName]: apiKey, [webhookName]: webhookSecret } = environment;
    if (!apiKey && !webhookSecret) return [];
    if (!apiKey || !webhookSecret) throw new Error(`${keyName} and ${webhookName} have to be set both, or neither`);
    return [{ ...upstream, port: Number(ports[at]), apiKey, webhookSecret }];
  });
}

/** Starts all or none. */
async function startAll({ gateway, channels }: Options): Promise<{ readonly servers: readonly Sandbox[]; readonly up: object }> {
  const servers: Sandbox[] = [];
  try {
    const main = await startSandbox(gateway);
    servers.push(main);
    const urls: Record<string, string> = {};
    for (const { id, ...options } of channels) {
      const channel = await startChannel(options);
      servers.push(channel);
      urls[id] = channel.url;
    }
    return { servers, up: { pid: process.pid, url: main.url, channels: urls } };
  } catch (error) {
    await Promise.all(servers.map((server) => server.close()));
    throw error;
  }
}

/** Runs until SIGTERM or SIGINT; prints one JSON line {pid, url, channels: {id: url}} when it serves. */
async function main(): Promise<void> {
  let options: Options;
  try {
    options = optionsFrom(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'wrong use'}\n${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const { servers, up } = await startAll(options);
  process.stdout.write(`${JSON.stringify(up)}\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await Promise.all(servers.map((server) => server.close()));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'the sandbox failed'}\n`);
  process.exitCode = 1;
});

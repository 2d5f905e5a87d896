import type { HostedAccountOptions } from './hosted-calls';

/** The hosted-page account that the environment describes; undefined without one. Throws when only a part of it is there. */
export function hostedFrom({
  GATEWAY_HOSTED_KEY: apiKey,
  GATEWAY_HOSTED_LINK: linkSecret,
  GATEWAY_HOSTED_WEBHOOK: webhookSecret,
}: NodeJS.ProcessEnv): HostedAccountOptions | undefined {
  if (!apiKey && !linkSecret && !webhookSecret) return undefined;
  if (!apiKey || !linkSecret || !webhookSecret) {
    throw new Error('GATEWAY_HOSTED_KEY, GATEWAY_HOSTED_LINK and GATEWAY_HOSTED_WEBHOOK have to be set all, or none');
  }
  return { apiKey, linkSecret, webhookSecret };
}

import type { Values } from './settings';

/** A production shop whose gateways, channels and mails are told an address of its own machine. */
export const unreachableFromOutside = ({ CARDRAIL_PUBLIC_URL: url }: Values): readonly string[] =>
  url === undefined
    ? [
        'CARDRAIL_PUBLIC_URL is not set: gateways and channels are told to call back at http://HOST:PORT of this process, and links in mails lead there',
      ]
    : [];

import { calledBy } from './calls';
import { comesBackIfBusy, isDue, type Call, type Pass, type Step } from './plan-steps';

/**
 * Asks, unless whoever is asked is busy with us, or this very question lately told nothing new. Then it waits for its turn there: the longest
 * waiting is woken when there is room, or when somebody who was silent is heard of again.
 */
export function ask(pass: Pass, asked: { readonly busy: boolean }, call: Call): Step | null {
  const account = calledBy(pass.state, call);
  const held = pass.world.askAgain?.(call);
  if (held !== undefined && !isDue(pass, held.at)) {
    if (held.orWhenHeard && account !== undefined) pass.waitsFor.push(`heard:${account}`);
    return null;
  }
  return account !== undefined && comesBackIfBusy(pass, account, asked) ? null : { kind: 'ask', call };
}

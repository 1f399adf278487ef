/** What may be sent to whom: other people's machines get ordinary connections with well-formed hellos, and nothing else. */

import { isLabAddress, isLoopback } from '../net/index.ts';
import { HarnessError, printable } from '../wire/index.ts';

/** What the caller says of the target. */
export interface Consent {
  /** The caller answers for the target, and for what raw packets do to it. */
  readonly ownTarget?: boolean;
  /** The lab that this program runs in: the value of `HELLOPROBE_LAB`. */
  readonly lab?: string | undefined;
}

/** Why a probe that needs raw packets did not run. */
export const notPermitted =
  'not-permitted: raw packets go to loopback and to labs only; --i-own-this-target allows them here';

/** Whether raw packets (segments out of order, IP fragments, short TTLs) may go to `address`: to loopback, to a lab, and to what the caller owns. */
export function mayDisturb(address: string, { ownTarget = false, lab }: Consent): boolean {
  return ownTarget || isLoopback(address) || isLabAddress(address, lab);
}

/** @throws HarnessError `not-permitted` */
export function requireConsent(address: string, consent: Consent): void {
  if (mayDisturb(address, consent)) return;
  throw new HarnessError(
    'not-permitted',
    `Raw packets go to loopback and to labs only, not to ${printable(address)}.`,
    {
      hint: 'The option ownTarget (--i-own-this-target) says that you answer for the target.',
    },
  );
}

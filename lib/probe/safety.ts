/** What may be sent to whom: other people's machines get ordinary connections with well-formed hellos, and nothing else. */

import { isLabAddress, isLoopback } from '../net/index.ts';

/** What the caller says of the target. */
export interface Consent {
  /** The caller answers for the target, and for what raw packets do to it. */
  readonly ownTarget?: boolean;
  /** Networks of the lab this program runs in (the value of `HELLOPROBE_LAB`). */
  readonly lab?: string | undefined;
}

/**
 * Why no raw packets (segments out of order, IP fragments, short TTLs) and no malformed hellos go to `address`; null where they may: to
 * loopback, to a lab, and to what the caller owns.
 */
export function disturbanceRefusal(address: string, { ownTarget = false, lab }: Consent): string | null {
  if (ownTarget || isLoopback(address) || isLabAddress(address, lab)) return null;
  return 'not-permitted: raw packets go to loopback and to labs only; --i-own-this-target allows them here';
}

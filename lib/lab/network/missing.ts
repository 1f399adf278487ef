/** Why a machine cannot have labs, and what to do about it. */

import { whyNoNamespaces as lackOfNamespaces } from '../../net/index.ts';

/** One or two sentences, from what `unshare` said and what the kernel is set to. */
export async function whyNoNamespaces(complaint: string): Promise<string> {
  const { detail, help } = await lackOfNamespaces(complaint);
  return [detail, help].filter((text) => text !== null).join(' ');
}

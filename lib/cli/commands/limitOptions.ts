/** `--limit-…`: how much of a capture is kept in memory, an option for each limit of the library. */

import type { CaptureLimits } from '../../capture/index.ts';

export interface LimitOption {
  readonly key: keyof CaptureLimits;
  /** `--limit-open-conversations`. */
  readonly name: string;
  /** Its name among commander's options: `limitOpenConversations`. */
  readonly property: `limit${string}`;
}

const keys = {
  packetBytes: 0,
  flows: 0,
  openConversations: 0,
  unorderedBytesPerDirection: 0,
  unorderedBytes: 0,
  fragmentBytes: 0,
  fragmentMs: 0,
  messageBytes: 0,
  handshakeBytes: 0,
  certificatesPerList: 0,
  certificateBytes: 0,
  certificateStoreBytes: 0,
  interfaces: 0,
  secretBytes: 0,
  keyLogSecrets: 0,
  inflateRatio: 0,
  maxConversations: 0,
} as const satisfies Record<keyof CaptureLimits, 0>;

/** In the order of the library's limits. Known without loading the library, for the help. */
export const limitOptions: readonly LimitOption[] = (Object.keys(keys) as (keyof CaptureLimits)[]).map((key) => ({
  key,
  name: `--limit-${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  property: `limit${key.charAt(0).toUpperCase()}${key.slice(1)}`,
}));

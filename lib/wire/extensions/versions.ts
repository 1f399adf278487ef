/** supported_versions (RFC 8446 §4.2.1). */

import { u16, vec } from '../codec.ts';

/** In ClientHello. */
export const versionList = vec(1, u16, { min: 1, max: 127 });

/** In ServerHello and HelloRetryRequest. */
export const selectedVersion = u16;

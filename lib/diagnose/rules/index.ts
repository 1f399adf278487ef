/** Every rule, one line each. */

import { certificateRules } from './certificates.ts';
import { cipherRules } from './ciphers.ts';
import { connectRules } from './connect.ts';
import { handshakeRules } from './handshake.ts';
import { helloSizeRules } from './hello-size.ts';
import { intoleranceRules } from './intolerance.ts';
import { policyRules } from './policy.ts';
import type { Rule } from './rule.ts';
import { sftunnelRules } from './sftunnel.ts';
import { trustRules } from './trust.ts';
import { versionRules } from './versions.ts';

export const rules: readonly Rule[] = [
  ...connectRules,
  ...handshakeRules,
  ...versionRules,
  ...cipherRules,
  ...certificateRules,
  ...trustRules,
  ...helloSizeRules,
  ...intoleranceRules,
  ...policyRules,
  ...sftunnelRules,
];

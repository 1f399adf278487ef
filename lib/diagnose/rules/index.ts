/** Every rule, one line each. */

import { capturedEndRules } from './captured-end.ts';
import { certificateRules } from './certificates.ts';
import { cipherRules } from './ciphers.ts';
import { connectRules } from './connect.ts';
import { handshakeRules } from './handshake.ts';
import { helloSizeRules } from './hello-size.ts';
import { intoleranceRules } from './intolerance.ts';
import { pathRules } from './path.ts';
import { policyRules } from './policy.ts';
import type { Rule } from './rule.ts';
import { sftunnelRules } from './sftunnel.ts';
import { sftunnelPairRules } from './sftunnel-pair.ts';
import { trustRules } from './trust.ts';
import { versionRules } from './versions.ts';

export const rules: readonly Rule[] = [
  ...connectRules,
  ...handshakeRules,
  ...capturedEndRules,
  ...versionRules,
  ...cipherRules,
  ...certificateRules,
  ...trustRules,
  ...helloSizeRules,
  ...intoleranceRules,
  ...pathRules,
  ...policyRules,
  ...sftunnelRules,
  ...sftunnelPairRules,
];

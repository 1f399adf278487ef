/** @module The built-in probes, in the order they run. A new probe is a file here and a line below. */

import type { Probe } from '../lib/probe/index.ts';
import { alpn } from './alpn.ts';
import { certificates } from './certificates.ts';
import { ciphers } from './ciphers.ts';
import { clientAuth } from './client-auth.ts';
import { connect } from './connect.ts';
import { extensions } from './extensions.ts';
import { fragments } from './fragments.ts';
import { groups } from './groups.ts';
import { helloRecords } from './hello-records.ts';
import { helloSegments } from './hello-segments.ts';
import { helloSize } from './hello-size.ts';
import { mss } from './mss.ts';
import { pmtud } from './pmtud.ts';
import { renegotiation } from './renegotiation-info.ts';
import { resetOrigin } from './reset-origin.ts';
import { resumption } from './resumption.ts';
import { sftunnel } from './sftunnel.ts';
import { signatureAlgorithms } from './signature-algorithms.ts';
import { suiteCount } from './suite-count.ts';
import { trace } from './trace.ts';
import { versions } from './versions.ts';

export const builtinProbes: readonly Probe[] = [
  connect,
  mss,
  pmtud,
  versions,
  certificates,
  clientAuth,
  ciphers,
  groups,
  signatureAlgorithms,
  helloSize,
  helloRecords,
  helloSegments,
  suiteCount,
  extensions,
  renegotiation,
  alpn,
  resumption,
  fragments,
  resetOrigin,
  trace,
  sftunnel,
] as readonly Probe[];

/** Which of the files and outputs a text holds, so that it can be given without saying what it is. */

import type { TextKind } from './types.ts';

const signs: readonly (readonly [TextKind, RegExp])[] = [
  ['sftunnel-conf', /^\s*proxy_(?:cert|key|cacert)\s+\S/m],
  ['failed-push', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12} \S.* \//m],
  [
    'generate-certs',
    /^\s*(?:Current ca_root expires in|You are about to generate new certificates for FMC|Failed to push to )/m,
  ],
  [
    'copy-certs',
    /^\s*\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} - (?:Attempting connection to|Could not connect to|Successfully copied certificates)/m,
  ],
  [
    'status',
    /^\s*(?:Peer channel Channel-[AB] |Channel[AB] Connected: |PEER:\S|\*\*(?:RUN|RPC) STATUS\*{4}|Last disconnect reason)/m,
  ],
  [
    'certificate-dates',
    /^\s*(?:notAfter=|It is (?:ONLY )?valid for \d+ more days|The certificate has expired \d+ days ago)/m,
  ],
  ['listing', /^[-dl][rwxsStT-]{9}[.+@]? +\d+ +\S+ +\S+ +[\d.]+[KMGTP]? /m],
  [
    'devices-csv',
    /^\s*(?:"[^"\n]{0,128}"|[^,\n"]{1,128}),\s*(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]{3,39})\s*,[^,\n]{1,64},/im,
  ],
  ['pem', /^\s*-----BEGIN [A-Z0-9 ]{1,64}-----/m],
];

/** A session at a terminal may hold several. Looks at the first 4 MiB; empty where nothing is recognised. */
export function recognizeText(text: string): TextKind[] {
  const start = text.slice(0, 4 * 1024 * 1024);
  return signs.filter(([, sign]) => sign.test(start)).map(([kind]) => kind);
}

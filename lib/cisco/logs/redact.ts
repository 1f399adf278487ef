/** What of a line may be shown: one line without control characters, without secrets, and not too long. */

import { printable } from '../../wire/index.ts';

/** Characters of a line that are shown. */
const longest = 300;

const hidden = '[redacted]';

/** Names of what nobody else is to know, with `=` or `:` and a value behind. */
const named =
  /\b((?:\w{0,24}(?:cookie|password|passwd|passphrase|secret|token|credential)s?|authorization|webvpn\w{0,16}|psk|master[-_ ]?key|session[-_ ]?key))(["']?\s{0,3}[=:]\s{0,3})(?:(?:Basic|Bearer|Negotiate)\s+)?("[^"]*"?|'[^']*'?|[^\s,;&"']+(?:;[^\s]*)?)/gi;

/** Long runs of hex or base64: keys and tokens; fingerprints are shorter than these. */
const run = /[0-9a-fA-F]{65,}|[A-Za-z0-9+/_-]{80,}={0,2}/g;

/** What has none of these has no secret; looked for first, since most lines have none. */
const suspicious =
  /cookie|passw|passphrase|secret|token|credential|authorization|webvpn|psk|[- _]key|[0-9a-f]{60}|[a-z0-9+/_-]{80}|^CLIENT_RANDOM/i;

/** Total; the same text for the same line. */
export function shownText(text: string): string {
  const cut = text.length > scanned ? text.slice(0, scanned) : text;
  const clean = suspicious.test(cut) ? redacted(cut) : cut;
  const shown = clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
  return printable(shown.trim());
}

function redacted(text: string): string {
  if (/PRIVATE KEY|^(?:CLIENT_RANDOM|[A-Z]+_TRAFFIC_SECRET\w*|EXPORTER_SECRET)\b/.test(text)) return hidden;
  return text.replaceAll(named, `$1$2${hidden}`).replaceAll(run, hidden);
}

/** Characters that are looked at. */
const scanned = 2_000;

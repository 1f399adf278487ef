/** Host names as server_name carries them. */

/**
 * The name to send for `host` (RFC 6066 §3): ASCII (IDNA A-labels), without a trailing dot. Null for an IP address and
 * for what is not a host name, which server_name must not carry.
 */
export function sniName(host: string): string | null {
  const name = host.replace(/\.$/, '');
  if (name === '' || isAddress(name)) return null;
  if (/^[\x21-\x7e]+$/.test(name)) return name;
  return URL.canParse(`https://${name}`) ? new URL(`https://${name}`).hostname : null;
}

function isAddress(name: string): boolean {
  return name.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}

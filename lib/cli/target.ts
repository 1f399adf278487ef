/** Targets as users write them: `host`, `host:port`, `[v6]:port`, a bare IPv6 address, an `https://` address, an IDN. */

import { isIP, isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { printable } from '../wire/index.ts';
import { usageError } from './usage.ts';

export interface Endpoint {
  /** Host name in its ASCII form (IDNs as A-labels, RFC 5891), or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Longest target that is looked at: a name of 253 characters in any script, a port, a scheme and a path. */
const longestTarget = 2048;

/**
 * Reads a target.
 * @param defaultPort used where the target names none.
 * @throws HarnessError `bad-target` or `bad-port`, with one sentence that names what is wrong.
 */
export function parseTarget(text: string, defaultPort = 443): Endpoint {
  const shown = JSON.stringify(printable(text.length > 80 ? `${text.slice(0, 80)}…` : text));
  const bad = (why: string, hint = 'A target is host, host:port or [IPv6 address]:port.') =>
    usageError('bad-target', `The target ${shown} ${why}.`, hint);
  let rest = text.trim();
  if (rest === '')
    throw usageError('bad-target', 'The target is empty.', 'A target is host, host:port or [IPv6 address]:port.');
  if (rest.length > longestTarget) throw bad('is too long');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(rest);
  if (scheme !== null) {
    if (scheme[1]?.toLowerCase() !== 'https')
      throw bad(`has the scheme ${scheme[1] ?? ''}, only https:// can be left in front`);
    rest = rest.slice(scheme[0].length).replace(/[/?#].*$/su, '');
    if (rest === '') throw bad('names no host');
  }
  if (/[/?#]/.test(rest)) throw bad('has a path');
  if (rest.includes('@')) throw bad('has a user name in it');
  if (/\s/.test(rest))
    throw bad('has a space in it', 'Several targets are several arguments, or lines of a file given with -f.');
  const { host, port } = split(rest, bad);
  return { host: readHost(host, bad), port: port === null ? defaultPort : parsePort(port, ` of the target ${shown}`) };
}

/** A host name in its ASCII form, or an IP address. @throws HarnessError `bad-option`, naming the option. */
export function parseName(text: string, option: string): string {
  return readHost(text.trim(), (why) =>
    usageError('bad-option', `${option} ${JSON.stringify(printable(text.slice(0, 80)))} ${why}.`),
  );
}

/** A port number. @throws HarnessError `bad-port` */
export function parsePort(text: string, whose = ''): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65535) return port;
  throw usageError(
    'bad-port',
    `The port ${JSON.stringify(printable(text.slice(0, 40)))}${whose} is not a number from 1 to 65535.`,
  );
}

type Bad = (why: string, hint?: string) => Error;

function split(text: string, bad: Bad): { host: string; port: string | null } {
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    if (end === -1) throw bad('opens a bracket and does not close it');
    const after = text.slice(end + 1);
    if (after !== '' && !after.startsWith(':')) throw bad('has something other than :port after the bracket');
    const address = text.slice(1, end);
    if (!isIPv6(address)) throw bad('has no IPv6 address in its brackets');
    return { host: address, port: after === '' ? null : after.slice(1) };
  }
  const colons = text.split(':').length - 1;
  if (colons === 0) return { host: text, port: null };
  if (colons === 1) {
    const at = text.indexOf(':');
    return { host: text.slice(0, at), port: text.slice(at + 1) };
  }
  if (isIPv6(text)) return { host: text, port: null };
  throw bad('has several colons and is not an IPv6 address', 'Write an IPv6 address with a port as [address]:port.');
}

function readHost(text: string, bad: Bad): string {
  if (isIP(text) !== 0) return text.toLowerCase();
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (name === '') throw bad('names no host');
  if (/^[\d.]+$/.test(name)) throw bad('is neither a host name nor an IPv4 address');
  const ascii = domainToASCII(name);
  // The URL rules read 0x7f.1 and the like as an address; nobody means that by a target.
  if (isIPv4(ascii)) throw bad('is not an IPv4 address as it is usually written');
  if (ascii === '') throw bad('is not a valid host name');
  if (ascii.length > 253) throw bad('has a host name longer than 253 characters');
  for (const label of ascii.split('.')) {
    if (label === '') throw bad('has an empty label (two dots in a row) in its host name');
    if (label.length > 63) throw bad('has a label longer than 63 characters in its host name');
    // An underscore is no host name by RFC 1123, but it resolves, and lab names have it.
    if (!/^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/i.test(label))
      throw bad('has a host name with characters other than letters, digits and hyphens');
  }
  return ascii;
}

/** One bounded HTTP GET, for addresses that strangers wrote into certificates: no redirects, no TLS, nothing of this machine. */

import { request } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { resolveTarget } from './resolve.ts';

export interface HttpGetOptions {
  /** Bytes of the body that are read at most. */
  readonly maxBytes: number;
  /** For all of it: name, connection, answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Loopback addresses may be asked: in tests, and where the target is on this machine. */
  readonly allowLoopback?: boolean;
  /** Replaces the system's resolver. */
  readonly query?: (host: string) => Promise<readonly string[]>;
}

/** `http-error`: any status but 200, redirects among them. */
export type HttpGetFailure = 'bad-url' | 'forbidden-address' | 'unreachable' | 'timeout' | 'http-error' | 'too-large';

export type HttpGetResult = { readonly body: Uint8Array } | { readonly failure: HttpGetFailure };

/**
 * Never throws: what a server does is data. The address is looked up once and that one is dialled, so that a name cannot lead elsewhere
 * between the check and the connection.
 */
export async function httpGet(url: string, options: HttpGetOptions): Promise<HttpGetResult> {
  const target = plainUrl(url);
  if (target === null) return { failure: 'bad-url' };
  const deadline = performance.now() + options.timeoutMs;
  const { signal, query } = options;
  const resolution = await resolveTarget(target.hostname.replace(/^\[(.*)\]$/, '$1'), {
    timeoutMs: options.timeoutMs,
    ...(signal === undefined ? {} : { signal }),
    ...(query === undefined ? {} : { query }),
  });
  if (!('addresses' in resolution)) return { failure: resolution.code === 'TIMEOUT' ? 'timeout' : 'unreachable' };
  const [address] = resolution.addresses;
  if (address === undefined) return { failure: 'unreachable' };
  if (isForbidden(address, options.allowLoopback === true)) return { failure: 'forbidden-address' };
  return exchange(target, address, Math.max(1, deadline - performance.now()), options);
}

function exchange(url: URL, address: string, timeoutMs: number, options: HttpGetOptions): Promise<HttpGetResult> {
  return new Promise((resolve) => {
    const { maxBytes, signal } = options;
    const settle = (result: HttpGetResult): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      asked.destroy();
      resolve(result);
    };
    const abort = (): void => settle({ failure: 'unreachable' });
    const asked = request({
      host: address,
      port: url.port === '' ? 80 : Number(url.port),
      path: `${url.pathname}${url.search}`,
      agent: false,
      maxHeaderSize: 16_384,
      headers: { Host: url.host, Accept: '*/*', 'User-Agent': 'helloprobe', Connection: 'close' },
    });
    asked.on('error', () => settle({ failure: 'unreachable' }));
    const timer = setTimeout(() => settle({ failure: 'timeout' }), timeoutMs);
    if (signal?.aborted === true) return abort();
    signal?.addEventListener('abort', abort);
    asked.on('response', (response) => {
      if (response.statusCode !== 200) return settle({ failure: 'http-error' });
      const chunks: Uint8Array[] = [];
      let length = 0;
      response.on('data', (chunk: Uint8Array) => {
        length += chunk.length;
        if (length > maxBytes) return settle({ failure: 'too-large' });
        chunks.push(chunk);
      });
      response.on('error', () => settle({ failure: 'unreachable' }));
      response.on('end', () => settle({ body: Buffer.concat(chunks) }));
    });
    asked.end();
  });
}

/** Longest address that is asked. */
const longestUrl = 2_048;

/** Null for anything but a plain http:// address. */
function plainUrl(text: string): URL | null {
  if (text.length > longestUrl) return null;
  try {
    const url = new URL(text);
    const plain = url.protocol === 'http:' && url.username === '' && url.password === '' && url.hostname !== '';
    return plain ? url : null;
  } catch {
    return null;
  }
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** This network, link-local, multicast, reserved; and where clouds tell a machine its secrets. */
const never = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['100.100.100.200', 32],
] as const)
  never.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::254', 128],
] as const)
  never.addSubnet(network, bits, 'ipv6');

/** Private addresses are not among them: an issuer of one's own is there. */
function isForbidden(address: string, allowLoopback: boolean): boolean {
  const version = isIP(address);
  if (version === 0) return true;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  return never.check(address, family) || (!allowLoopback && loopback.check(address, family));
}

/** From a host name to the addresses to dial. */

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** Addresses in the order the system prefers them, or why there are none. */
export type Resolution = { readonly addresses: readonly string[] } | ResolveFailure;

export interface ResolveFailure {
  /** One sentence. */
  readonly error: string;
  /** The system's code, e.g. `ENOTFOUND`; `TIMEOUT` and `ABORTED` are ours. */
  readonly code: string;
}

export interface ResolveOptions {
  /** Deadline, default 5,000 ms. The system's own query cannot be cancelled; its late answer is ignored. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Replaces the system's resolver; rejects with an error that has a `code`. */
  readonly query?: (host: string) => Promise<readonly string[]>;
}

/** Addresses of `host`, an address itself (IPv6 without brackets) or a name. A name that does not resolve is data. */
export function resolveTarget(host: string, options: ResolveOptions = {}): Promise<Resolution> {
  if (isIP(host) !== 0) return Promise.resolve({ addresses: [host] });
  const { timeoutMs = 5000, signal, query = systemQuery } = options;
  return new Promise((resolve) => {
    const settle = (resolution: Resolution): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      resolve(resolution);
    };
    const abort = (): void => settle(failed(host, 'ABORTED', 'stopped by the caller'));
    const timer = setTimeout(() => settle(failed(host, 'TIMEOUT', `no answer within ${timeoutMs} ms`)), timeoutMs);
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    void answerOf(host, query).then(settle);
  });
}

async function answerOf(host: string, query: (host: string) => Promise<readonly string[]>): Promise<Resolution> {
  try {
    const addresses = host === '' ? [] : [...new Set(await query(host))];
    return addresses.length > 0 ? { addresses } : failed(host, 'ENODATA', 'it has no address');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'ERROR';
    return failed(host, code, reasons[code] ?? code);
  }
}

async function systemQuery(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'no name server answered',
  EINVAL: 'it is not a host name',
};

function failed(host: string, code: string, why: string): ResolveFailure {
  return { error: `${JSON.stringify(host)} does not resolve: ${why}.`, code };
}

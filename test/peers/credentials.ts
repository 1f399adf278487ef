/** Client certificates of our own client at other people's TLS stacks: asked for in the handshake, and after it. */

import { readFileSync } from 'node:fs';
import type { ClientCredential } from '../../lib/session/index.ts';
import { nodeCredential } from '../../lib/session/node.ts';
import { tlsVersion } from '../../lib/wire/index.ts';
import { inspectPem } from '../../lib/x509/index.ts';
import type { PeerFiles } from './files.ts';
import { shake } from './handshakes.ts';
import { freePort, type RunningPeer, startPeer } from './process.ts';
import { fillNssDatabase } from './servers.ts';

/** A server that asks for a certificate of the client. */
export interface Demand {
  readonly id: string;
  readonly program: string;
  /** `after`: in TLS 1.3 once the handshake is finished, when it is told to. */
  readonly when: 'during' | 'after';
  start(files: PeerFiles): Promise<RunningPeer>;
}

export interface Proven {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

export const demands: readonly Demand[] = [
  {
    id: 'openssl-demands',
    program: 'openssl',
    when: 'during',
    start: (files) => openssl(files, ['-Verify', '3', '-verify_return_error', '-quiet']),
  },
  { id: 'openssl-asks-later', program: 'openssl', when: 'after', start: (files) => openssl(files, ['-tls1_3']) },
  {
    id: 'gnutls-demands',
    program: 'gnutls-serv',
    when: 'during',
    async start({ dir, path }) {
      const port = await freePort();
      const pair = ['--x509certfile', path('rsa.pem'), '--x509keyfile', path('rsa.key')];
      const ask = ['--require-client-cert', '--verify-client-cert', '--x509cafile', path('ca.pem')];
      return startPeer('gnutls-serv', ['--http', '--port', String(port), ...pair, ...ask, '-q'], port, { cwd: dir });
    },
  },
  {
    id: 'nss-demands',
    program: 'selfserv',
    when: 'during',
    async start(files) {
      const db = fillNssDatabase(files);
      const port = await freePort();
      const argv = ['-d', db, '-n', 'rsa', '-e', 'ec', '-p', String(port), '-V', 'tls1.2:tls1.3', '-w', '', '-r', '-r'];
      return startPeer('selfserv', argv, port, { cwd: files.dir });
    },
  },
];

async function openssl({ dir, path }: PeerFiles, extra: readonly string[]): Promise<RunningPeer> {
  const port = await freePort();
  const pair = ['-cert', path('rsa.pem'), '-key', path('rsa.key'), '-CAfile', path('ca.pem')];
  return startPeer('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, ...pair, ...extra], port, {
    cwd: dir,
    keepInput: true,
  });
}

/** Tries a key of each kind, and none, in each version. */
export async function credentialsAt(demand: Demand, files: PeerFiles): Promise<Proven[]> {
  const peer = await demand.start(files);
  const proven: Proven[] = [];
  try {
    for (const kind of ['rsa', 'ec', null]) {
      const credential = kind === null ? null : credentialIn(files, kind);
      const name = kind === null ? 'no certificate' : `a certificate of ${kind}`;
      if (demand.when === 'after') proven.push(await later(peer, name, credential));
      else
        for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
          proven.push(await during(peer.port, `${version}, ${name}`, tlsVersion[version], credential));
    }
  } finally {
    await peer.stop();
  }
  return proven;
}

function credentialIn({ path }: PeerFiles, kind: string): ClientCredential {
  const { blocks } = inspectPem(readFileSync(path(`${kind}.pem`), 'utf8'));
  return nodeCredential({
    chain: blocks.map(({ bytes }) => bytes),
    keyPem: readFileSync(path(`${kind}.key`), 'utf8'),
  });
}

/** With a certificate the handshake is finished and accepted; without one the server is known to insist. */
async function during(
  port: number,
  what: string,
  version: number,
  credential: ClientCredential | null,
): Promise<Proven> {
  const { flight, clientCertificateRequired } = await shake(port, { versions: [version] }, credential);
  const { end, alert, detail, certificateRequest, finished } = flight;
  const ok =
    certificateRequest !== null &&
    (credential === null ? clientCertificateRequired === true : end === 'complete' && finished);
  return { what, ok, detail: `${end} ${alert?.name ?? ''} ${detail ?? ''} ${String(clientCertificateRequired)}` };
}

/** The server asks as soon as it is told to, while our client waits for what follows the handshake. */
async function later(peer: RunningPeer, name: string, credential: ClientCredential | null): Promise<Proven> {
  const asking = setInterval(() => peer.say?.('c'), 20);
  try {
    const extra = [{ type: '0x0031', data: '' } as const];
    const { flight } = await shake(peer.port, { versions: [tlsVersion['TLSv1.3']], extra }, credential);
    const { end, alert, detail, after, clientCertificates } = flight;
    const ok =
      end === 'complete' &&
      after.certificateRequest !== null &&
      clientCertificates.length > 0 === (credential !== null);
    return { what: `after the handshake, ${name}`, ok, detail: `${end} ${alert?.name ?? ''} ${detail ?? ''}` };
  } finally {
    clearInterval(asking);
  }
}

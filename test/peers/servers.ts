/** Servers of other people's TLS stacks, each as one row. */

import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { PeerFiles } from './files.ts';
import { freePort, installed, type RunningPeer, startPeer } from './process.ts';

export interface PeerServer {
  readonly id: string;
  /** Program that must be installed; null for node itself. */
  readonly program: string | null;
  /** Scanners whose answer is known to be wrong here, with the reason; the comparison is then with the others. */
  readonly misled?: Readonly<Record<string, string>>;
  readonly clientCertificate?: 'required';
  start(files: PeerFiles): Promise<RunningPeer>;
}

const openssl = (id: string, extra: readonly string[], more: Partial<PeerServer> = {}): PeerServer => ({
  id,
  program: 'openssl',
  ...more,
  async start({ dir, path }) {
    const port = await freePort();
    const certificates = [
      '-cert',
      path('ec.pem'),
      '-key',
      path('ec.key'),
      '-dcert',
      path('rsa.pem'),
      '-dkey',
      path('rsa.key'),
    ];
    return startPeer(
      'openssl',
      ['s_server', '-accept', `127.0.0.1:${port}`, ...certificates, '-quiet', ...extra],
      port,
      { cwd: dir, keepInput: true },
    );
  },
});

const everything = ['-cipher', 'ALL:eNULL:@SECLEVEL=0', '-legacy_renegotiation', '-min_protocol', 'TLSv1'];

export const peerServers: readonly PeerServer[] = [
  openssl('openssl-default', ['-www']),
  openssl('openssl-everything', ['-www', ...everything]),
  openssl('openssl-tls13-only', ['-www', '-tls1_3']),
  openssl('openssl-tls10-only', ['-www', '-tls1', '-cipher', 'ALL:@SECLEVEL=0']),
  openssl('openssl-server-order', ['-www', '-serverpref']),
  {
    id: 'openssl-client-certificate',
    program: 'openssl',
    clientCertificate: 'required',
    misled: { sslscan: 'it needs a finished handshake to list a suite' },
    async start({ dir, path }) {
      const port = await freePort();
      const argv = [
        's_server',
        '-tls1_2',
        '-accept',
        `127.0.0.1:${port}`,
        '-cert',
        path('rsa.pem'),
        '-key',
        path('rsa.key'),
      ];
      return startPeer(
        'openssl',
        [...argv, '-CAfile', path('ca.pem'), '-Verify', '2', '-verify_return_error', '-quiet'],
        port,
        { cwd: dir, keepInput: true },
      );
    },
  },
  {
    id: 'gnutls',
    program: 'gnutls-serv',
    async start({ dir, path }) {
      const port = await freePort();
      const pairs = ['rsa', 'ec'].flatMap((name) => [
        '--x509certfile',
        path(`${name}.pem`),
        '--x509keyfile',
        path(`${name}.key`),
      ]);
      return startPeer('gnutls-serv', ['--http', '--port', String(port), ...pairs, '-q'], port, { cwd: dir });
    },
  },
  {
    id: 'nss',
    program: 'selfserv',
    async start({ dir, path }) {
      const db = fillNssDatabase({ dir, path });
      const port = await freePort();
      return startPeer(
        'selfserv',
        ['-d', db, '-n', 'rsa', '-e', 'ec', '-p', String(port), '-V', 'tls1.0:tls1.3', '-w', ''],
        port,
        { cwd: dir },
      );
    },
  },
  {
    id: 'botan',
    program: 'botan',
    async start({ dir, path }) {
      const port = await freePort();
      return startPeer('botan', ['tls_server', path('ec.pem'), path('ec.key'), `--port=${port}`], port, { cwd: dir });
    },
  },
  {
    id: 'ocserv',
    program: 'ocserv',
    async start({ dir, path }) {
      const port = await freePort();
      writeFileSync(path('ocserv.conf'), ocservConfiguration(dir, port, path));
      writeFileSync(path('passwd'), '');
      return startPeer('ocserv', ['-f', '-c', path('ocserv.conf')], port, { cwd: dir });
    },
  },
  {
    id: 'node',
    program: null,
    async start({ path }) {
      const { readFileSync } = await import('node:fs');
      const read = (name: string): Buffer => readFileSync(path(name));
      const server = createServer({
        cert: [read('ec.pem'), read('rsa.pem')],
        key: [read('ec.key'), read('rsa.key')],
        minVersion: 'TLSv1',
        ciphers: 'ALL:@SECLEVEL=0',
        honorCipherOrder: true,
      });
      server.on('tlsClientError', () => undefined);
      const port = await new Promise<number>((resolve) => {
        server.listen(0, '127.0.0.1', () => {
          const address = server.address();
          resolve(typeof address === 'object' && address !== null ? address.port : 0);
        });
      });
      return { port, stop: () => new Promise((resolve) => server.close(() => resolve())) };
    },
  },
];

/** NSS's database with both certificates, and the CA trusted for clients. @returns its name, as NSS's programs take it */
export function fillNssDatabase({ dir, path }: Pick<PeerFiles, 'dir' | 'path'>): string {
  const db = join(dir, 'nssdb');
  // Filled once in a run: certutil asks at the keyboard before it fills another.
  if (existsSync(db)) return `sql:${db}`;
  const run = (program: string, argv: readonly string[]): void =>
    void execFileSync(program, [...argv], { cwd: dir, stdio: 'ignore' });
  run('mkdir', ['-p', db]);
  run('certutil', ['-N', '-d', `sql:${db}`, '--empty-password']);
  for (const name of ['rsa', 'ec']) {
    run('openssl', [
      'pkcs12',
      '-export',
      '-in',
      path(`${name}.pem`),
      '-inkey',
      path(`${name}.key`),
      '-name',
      name,
      '-passout',
      'pass:x',
      '-out',
      path(`${name}.p12`),
    ]);
    run('pk12util', ['-i', path(`${name}.p12`), '-d', `sql:${db}`, '-W', 'x', '-K', '']);
  }
  run('certutil', ['-A', '-d', `sql:${db}`, '-n', 'ca', '-t', 'T,,', '-a', '-i', path('ca.pem')]);
  return `sql:${db}`;
}

/** True when the row's program is here (selfserv also needs the tools that fill its database). */
export function available({ program }: Pick<PeerServer, 'program'>): boolean {
  const needed =
    program === null ? [] : program === 'selfserv' ? ['selfserv', 'certutil', 'pk12util', 'openssl'] : [program];
  return needed.every(installed);
}

function ocservConfiguration(dir: string, port: number, path: PeerFiles['path']): string {
  return `auth = "plain[passwd=${path('passwd')}]"
listen-host = 127.0.0.1
tcp-port = ${port}
run-as-user = root
run-as-group = root
socket-file = ${join(dir, 'ocserv.sock')}
pid-file = ${join(dir, 'ocserv.pid')}
server-cert = ${path('rsa.pem')}
server-key = ${path('rsa.key')}
isolate-workers = false
max-clients = 64
rate-limit-ms = 0
max-ban-score = 0
tls-priorities = "NORMAL:%SERVER_PRECEDENCE:%COMPAT:-VERS-SSL3.0"
use-occtl = false
device = vpns
ipv4-network = 192.168.77.0
ipv4-netmask = 255.255.255.0
cisco-client-compat = true
`;
}

/** The TLS server of a headend: node's own, with the versions, suites, groups and certificates that its row asks for. */

import { createServer, type SecureVersion, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import { type LeafRecipe, labName, type ServerVersion, type TlsBehaviour } from './headend.ts';
import { internalCa, prepareInternalCa, sftunnelLeaf } from './internalCa.ts';
import { prepareKeys } from './keys.ts';
import { chainOf, daysAfter, type TestCertificate, type TestPki } from './pki.ts';

/** Forward secrecy and AEAD: what a server set up with care offers. */
const modernCiphers: readonly string[] = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
];

const nodeVersions: Readonly<Record<ServerVersion, SecureVersion>> = {
  'TLSv1.0': 'TLSv1',
  'TLSv1.1': 'TLSv1.1',
  'TLSv1.2': 'TLSv1.2',
  'TLSv1.3': 'TLSv1.3',
};

/** A server that does not listen: connections are handed to it with `emit('connection', stream)`. */
export async function createTlsServer(behaviour: Omit<TlsBehaviour, 'kind'>, pki: TestPki): Promise<Server> {
  const recipes = behaviour.certificates ?? [{}];
  await prepareKeys(recipes.map(({ key }) => key ?? 'P-256'));
  if (recipes.some(isInternal)) await prepareInternalCa();
  const leaves = recipes.map((recipe) => ({ recipe, leaf: issueLeaf(recipe, pki) }));
  const server = createServer({
    minVersion: nodeVersions[behaviour.minVersion ?? 'TLSv1.2'],
    maxVersion: nodeVersions[behaviour.maxVersion ?? 'TLSv1.3'],
    // Level 0 allows what the faulty ones need (TLS 1.0, SHA-1, 1024 bits) and turns nothing on by itself.
    ciphers: [...(behaviour.ciphers ?? modernCiphers), '@SECLEVEL=0'].join(':'),
    honorCipherOrder: true,
    dhparam: 'auto',
    ecdhCurve: (behaviour.groups ?? ['X25519', 'P-256', 'P-384']).join(':'),
    cert: leaves.map(({ recipe, leaf }) => sentChain(recipe, leaf, pki)),
    key: leaves.map(({ leaf }) => leaf.privateKeyPem),
    ...clientCertificateOptions(behaviour, pki),
  });
  server.on('secureConnection', (socket) => {
    // A peer that resets is no fault of the lab.
    socket.on('error', () => undefined);
    socket.once('data', (chunk: Uint8Array) => answerRequest(socket, chunk));
    socket.resume();
  });
  return server;
}

/** HTTP clients wait for a response; without one, a line that carries everything would look to them like one that does not. */
function answerRequest(socket: TLSSocket, request: Uint8Array): void {
  const method = /^([A-Z]{3,7}) \S+ HTTP\/1\.[01]\r?\n/.exec(Buffer.from(request).toString('latin1'))?.[1];
  if (method === undefined) return;
  const body = 'The handshake is done.\n';
  const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  socket.end(method === 'HEAD' ? head : head + body);
}

/** The roots that a client of this behaviour must trust, as PEM: those of the lab, and an InternalCA where one issues. */
export function rootsOf(behaviour: Omit<TlsBehaviour, 'kind'>, pki: TestPki): string {
  const internal = (behaviour.certificates ?? []).filter(isInternal).map((recipe) => internalCa(pki, recipe).pem);
  return [pki.rootsPem, ...new Set(internal)].join('');
}

function isInternal({ issuedBy }: LeafRecipe): boolean {
  return issuedBy === 'internal-ca';
}

/** The leaf that a recipe describes. */
function issueLeaf(recipe: LeafRecipe, pki: TestPki): TestCertificate {
  if (isInternal(recipe)) {
    const { validFromDays: from = -3000, validToDays: to = 650 } = recipe;
    return sftunnelLeaf(pki, internalCa(pki, recipe), { validFromDays: from, validToDays: to });
  }
  const { validFromDays = -30, validToDays = 365, issuedBy = 'lab', names = [labName, '127.0.0.1', '::1'] } = recipe;
  return (issuedBy === 'stranger' ? pki.stranger() : pki).issue({
    names,
    notBefore: daysAfter(pki.now, validFromDays),
    notAfter: daysAfter(pki.now, validToDays),
    ...(issuedBy === 'self' ? { issuer: 'self' } : {}),
    ...(issuedBy === 'branch' ? { issuer: branchCa(pki) } : {}),
    ...(recipe.key === undefined ? {} : { key: recipe.key }),
    ...(recipe.digest === undefined ? {} : { digest: recipe.digest }),
    ...(recipe.extendedKeyUsage === undefined ? {} : { extendedKeyUsage: recipe.extendedKeyUsage }),
    ...(recipe.caIssuers === undefined ? {} : { caIssuers: recipe.caIssuers }),
  });
}

/** Under the lower intermediate, whose path length is 0. */
function branchCa(pki: TestPki): TestCertificate {
  return pki.issue({ subject: [['CN', 'Lab Branch CA']], isCa: true });
}

/** PEM of what the server sends, leaf first. */
function sentChain({ chain = 'full', issuedBy }: LeafRecipe, leaf: TestCertificate, pki: TestPki): string {
  const [first, ...above] = chainOf(leaf).map(({ pem }) => pem);
  const internal = issuedBy === 'internal-ca' ? leaf.issuer : null;
  const { root } = issuedBy === 'stranger' ? pki.stranger() : { root: internal ?? pki.root };
  const sent = {
    full: [first, ...above],
    'leaf-only': [first],
    swapped: [first, ...above.toReversed()],
    'with-root': [first, ...above, root.pem],
  };
  return sent[chain].join('');
}

function clientCertificateOptions(
  { clientCertificate = 'none', certificates = [] }: Omit<TlsBehaviour, 'kind'>,
  pki: TestPki,
): TlsOptions {
  if (clientCertificate === 'none') return {};
  // Both ends of an sftunnel take certificates of the InternalCA alone.
  const internal = certificates.find(isInternal);
  const ca = internal === undefined ? pki.rootsPem : internalCa(pki, internal).pem;
  return { requestCert: true, rejectUnauthorized: clientCertificate === 'required', ca };
}

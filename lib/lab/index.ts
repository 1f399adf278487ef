/**
 * @module Faulty headends on loopback, the test PKI behind them, and faulty paths in network namespaces: real servers and real
 * lines that other test suites can put their own client in front of.
 * @example
 * await using headend = await startHeadend('expired');
 * connect({ host: headend.host, port: headend.port, servername: headend.sni, ca: headend.rootsPem });
 */

export type { CertificateContent, Digest, NamePart, NameParts, OmittableExtension, Purpose } from './certificate.ts';
export { certificatePem, encodeCertificate } from './certificate.ts';
export * from './headend.ts';
export * from './headends/index.ts';
export {
  type InternalCaDates,
  internalCa,
  labDeviceUuid,
  labManagerUuid,
  prepareInternalCa,
  sftunnelLeaf,
} from './internalCa.ts';
export { type KeyPair, type KeyType, keyPair, prepareKeys } from './keys.ts';
export * from './network/index.ts';
export * from './pki.ts';
export { type AlertName, type AlertRefusal, onConnect, onHello, type Refusal, refuse, refuseWhen } from './refusals.ts';
export { reshapeMessages, reshapeRecords } from './reshape.ts';
export { startHeadend } from './start.ts';

/** @module Certificates: reading hostile ones, host names, chains against given roots, PEM. */

export {
  certificateSha256,
  certificateStatus,
  type ReadCertificateOptions,
  readCertificate,
  readCertificateOrStub,
} from './certificate.ts';
export * from './certificate-file.ts';
export * from './chain.ts';
export * from './evaluate/index.ts';
export { fileProblemText } from './file-problem.ts';
export { type CertificateFrame, maxCertificateBytes, publicKeyOf, type RawExtension } from './frame.ts';
export { givenIssuers } from './given-issuers.ts';
export * from './issued-by.ts';
export * from './names.ts';
export * from './pem.ts';
export { declaredLength, type PemDamage, pemDamageText } from './pem-damage.ts';
export { certificatePublicKey } from './public-key.ts';
export { type RootSet, rootSet } from './roots.ts';
export { shownName } from './shown-name.ts';
export { type SignatureResult, type SignatureScheme, signatureScheme, type VerifySignature } from './signature.ts';
export { checkDer, type DerCheck } from './tlv.ts';

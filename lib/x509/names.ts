/** @module The part of lib/x509 that needs no ASN.1 library, which takes 50 ms to load: names, what names tell, and the public key. */

export { holdsCertificates, wasNotRead } from './certificate-file.ts';
export * from './certificate-names.ts';
export { fileProblemText } from './file-problem.ts';
export { publicKeyOf } from './frame.ts';
export * from './host-name.ts';
export { distinguishedName, type NameAttribute, nameAttributes } from './name.ts';
export * from './sftunnel.ts';

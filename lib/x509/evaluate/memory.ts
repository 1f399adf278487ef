/**
 * What was found out about the certificates of one chain, for the next: the servers of a capture send the same few CAs. Certificates are known
 * by the array that holds them, so its bytes must stay as they are.
 */

import { certificateSha256 } from '../certificate.ts';
import { type CertificateFrame, readFrame } from '../frame.ts';
import type { SignatureResult, VerifySignature } from '../signature.ts';
import { type ChainCertificate, chainCertificate } from './certificate.ts';

/** Certificates and signatures remembered, some 10 KB each; of what comes later nothing is. */
const capacity = 300;

export class ChainMemory {
  readonly #sha256: (der: Uint8Array) => string;
  readonly #certificates = new WeakMap<Uint8Array, ChainCertificate | null>();
  readonly #roots = new WeakMap<CertificateFrame, ChainCertificate>();
  /** By what was signed, and by the key. */
  readonly #signed = new WeakMap<Uint8Array, Map<Uint8Array, boolean>>();
  #size = 0;

  /** @param sha256 lower-case hex of a certificate's digest; default a portable one */
  constructor(sha256: (der: Uint8Array) => string = certificateSha256) {
    this.#sha256 = sha256;
  }

  sha256(der: Uint8Array): string {
    return this.#sha256(der);
  }

  /** As it was sent; null when the bytes are no certificate. */
  certificate(der: Uint8Array): ChainCertificate | null {
    const known = this.#certificates.get(der);
    if (known !== undefined) return known;
    let certificate: ChainCertificate | null = null;
    try {
      certificate = chainCertificate(readFrame(der), false, this.#sha256);
    } catch {
      // It is none.
    }
    if (this.#hasRoom()) this.#certificates.set(der, certificate);
    return certificate;
  }

  /** @param frame the very object that the set of roots has */
  root(frame: CertificateFrame): ChainCertificate {
    const known = this.#roots.get(frame);
    if (known !== undefined) return known;
    const root = chainCertificate(frame, true, this.#sha256);
    if (this.#hasRoom()) this.#roots.set(frame, root);
    return root;
  }

  /** Whether the key of `issuer` made the signature of `child`. */
  async signed(child: CertificateFrame, issuer: CertificateFrame, verify: VerifySignature): Promise<SignatureResult> {
    const { signatureAlgorithm, tbs, signature } = child;
    const known = this.#signed.get(tbs);
    const before = known?.get(issuer.spki);
    if (before !== undefined) return before;
    const result = await verify(issuer.spki, signatureAlgorithm, tbs, signature);
    if (typeof result === 'boolean' && this.#hasRoom())
      this.#signed.set(tbs, (known ?? new Map()).set(issuer.spki, result));
    return result;
  }

  #hasRoom(): boolean {
    return this.#size++ < capacity;
  }
}

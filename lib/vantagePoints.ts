/** Saved reports as points of view: what a server showed to that machine, at that time; two of them side by side. */

import { sha256 } from '@noble/hashes/sha2.js';
import { readReport } from './diagnose/index.ts';
import type { Certificate, CertificateRow, VantageComparison, VantagePoint } from './evidence/index.ts';
import type { SavedDocument } from './savedDocuments.ts';
import { toHex } from './wire/index.ts';
import { certificateFileLimits, inspectPem, publicKeyOf } from './x509/index.ts';

/** A report in a file, as far as its certificates go. */
export interface SavedView {
  readonly host: string;
  readonly port: number;
  readonly sni: string | null;
  readonly point: VantagePoint;
  readonly rows: readonly CertificateRow[];
}

/**
 * The reports of live targets in a saved document. Certificates whose PEM does not give the SHA-256 that the report names were edited,
 * and are left out.
 */
export function savedViews(file: string, document: SavedDocument): SavedView[] {
  const reports = readReport(document) ?? [];
  return reports.map(({ target: { host, port, sni, address }, startedAt, rows }) => {
    const whole = rows.map((row) => ({ ...row, chain: row.chain.filter((one) => derOf(one) !== null) }));
    const leaves = whole.flatMap(({ chain: [leaf], assessment: { trust } }) => {
      if (leaf === undefined) return [];
      const { sha256, subject, issuer, notBefore } = leaf;
      return [{ sha256, keySha256: keySha256(derOf(leaf)), subject, issuer, notBefore, trust }];
    });
    const distinct = [...new Map(leaves.map((leaf) => [leaf.sha256, leaf])).values()];
    return { host, port, sni, point: { file, at: startedAt, address, leaves: distinct }, rows: whole };
  });
}

/**
 * The certificates that the reports in saved documents list by themselves, without a live target: those of captures and of files. Each
 * once, as many as are read of any file and one more; edited ones are left out, as above.
 */
export function savedCertificates(documents: readonly SavedDocument[]): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  for (const report of documents.flatMap((document) => [document, ...listIn(document, 'reports')])) {
    for (const one of listIn(report, 'certificates')) {
      if (found.size > certificateFileLimits.certificates) break;
      const { pem, sha256: named } = (one ?? {}) as { readonly pem?: unknown; readonly sha256?: unknown };
      if (typeof pem !== 'string' || typeof named !== 'string' || found.has(named)) continue;
      const der = derOf({ pem, sha256: named });
      if (der !== null) found.set(named, der);
    }
  }
  return [...found.values()];
}

function listIn(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const list: unknown = Reflect.get(value, name);
  return Array.isArray(list) ? list : [];
}

/** The first view of each server beside each later one. */
export function compareViews(views: readonly SavedView[]): VantageComparison[] {
  const first = new Map<string, SavedView>();
  return views.flatMap((view): VantageComparison[] => {
    const { host, port, sni } = view;
    const server = JSON.stringify([host.toLowerCase(), port, sni?.toLowerCase() ?? null]);
    const other = first.get(server);
    if (other === undefined) {
      first.set(server, view);
      return [];
    }
    return [{ host, port, sni, points: [other.point, view.point], result: resultOf(other.point, view.point) }];
  });
}

function resultOf(a: VantagePoint, b: VantagePoint): VantageComparison['result'] {
  if (a.leaves.length === 0 || b.leaves.length === 0) return 'unknown';
  const common = (of: (leaf: VantagePoint['leaves'][number]) => string | null): boolean => {
    const values = new Set(a.leaves.map(of));
    return b.leaves.some((leaf) => of(leaf) !== null && values.has(of(leaf)));
  };
  if (common((leaf) => leaf.sha256)) return 'same';
  return common(({ keySha256 }) => keySha256) || common(({ issuer }) => issuer) ? 'renewed' : 'other-issuer';
}

/** DER of a certificate of a report; null when it is not the one that the report names. */
export function derOf({ pem, sha256: named }: Pick<Certificate, 'pem' | 'sha256'>): Uint8Array | null {
  const der = inspectPem(pem).blocks[0]?.bytes;
  return der !== undefined && toHex(sha256(der)) === named ? der : null;
}

/** SHA-256 of the SubjectPublicKeyInfo, hex; null where it cannot be read. */
export function keySha256(der: Uint8Array | null): string | null {
  const key = der === null ? null : publicKeyOf(der);
  return key === null ? null : toHex(sha256(key));
}

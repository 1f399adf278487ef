/** What the files of an FMC or FTD say: validity, keys and CAs that do not belong to the certificate beside them, failed pushes. */

import type { InventoryFile, InventoryFolder, SftunnelInventory } from '../../cisco/index.ts';
import type { Certificate } from '../../evidence/index.ts';
import type { FindingDraft } from '../findings/finding.ts';
import type { Say } from '../messages/index.ts';
import { notYetValidRemedies } from './sftunnel.ts';
import { validityFault } from './validity.ts';

/** Pure, as rules are; sees the stock that was taken of a tree. `now`: the judgement's clock, ISO 8601. */
export type InventoryRule = (inventory: SftunnelInventory, now: string, say: Say) => readonly FindingDraft[];

/** The dates of what lies in the files now. */
const validity: InventoryRule = ({ folders, certificates }, now, say) => {
  const bySha256 = new Map(certificates.map((certificate) => [certificate.sha256, certificate]));
  const judged = (file: InventoryFile | null, what: 'ca' | 'certificate'): FindingDraft[] =>
    (file?.certificates ?? []).flatMap((sha256): FindingDraft[] => {
      const certificate = bySha256.get(sha256);
      if (file === null || certificate === undefined) return [];
      const fault = validityFault(certificate, { now, at: null }, say);
      if (fault === null) return [];
      const { state, severity, confidence, text } = fault;
      return [
        {
          ...(state === 'not-yet-valid'
            ? { id: 'cert.not-yet-valid', remedies: notYetValidRemedies }
            : { id: `sftunnel.${what}-${state}` as const }),
          severity,
          confidence,
          ...about(certificate),
          evidence: [
            { kind: 'certificate', ref: sha256, text },
            { kind: 'file', ref: file.path, text: say.liesIn({ what }) },
          ],
        },
      ];
    });
  return folders.flatMap(({ ca, certificate }) => [...judged(ca, 'ca'), ...judged(certificate, 'certificate')]);
};

const keyMismatch: InventoryRule = ({ folders }, _now, say) =>
  folders.flatMap((folder): FindingDraft[] => {
    const { certificate, key, keyMatches } = folder;
    if (keyMatches !== false || certificate === null || key === null) return [];
    const [public1 = null] = key.publicKeys;
    const [public2 = null] = certificate.publicKeys;
    return [
      {
        id: 'sftunnel.key-mismatch',
        confidence: 'proven',
        ...inFolder(folder),
        evidence: [
          { kind: 'file', ref: key.path, text: say.publicHalf({ of: 'key', sha256: public1 ?? '' }) },
          { kind: 'file', ref: certificate.path, text: say.publicHalf({ of: 'certificate', sha256: public2 ?? '' }) },
        ],
      },
    ];
  });

/** The other end is not seen here: it may have yet another CA, or the files may be between two steps of a renewal. */
const caMismatch: InventoryRule = ({ folders }, _now, say) =>
  folders.flatMap((folder): FindingDraft[] => {
    const { certificate, signedByCa, ca, subjectUuid, issuerUuid } = folder;
    if (signedByCa !== false || certificate === null) return [];
    return [
      {
        id: 'sftunnel.ca-mismatch',
        confidence: 'likely',
        ...inFolder(folder),
        evidence: [
          { kind: 'file', ref: certificate.path, text: say.notSignedByCa({ subjectUuid, issuerUuid }) },
          ...(ca === null ? [] : [{ kind: 'file' as const, ref: ca.path, text: say.caBeside() }]),
        ],
      },
    ];
  });

/** The list tells what failed when it was written; the files may have been copied by hand since. */
const pushFailed: InventoryRule = ({ failedPushes }, _now, say) =>
  failedPushes.flatMap(({ path, value }) => [
    ...value.records.map(
      (record): FindingDraft => ({
        id: 'sftunnel.push-failed',
        confidence: 'likely',
        subject: record.deviceName,
        key: record.deviceUuid,
        evidence: [
          {
            kind: 'file',
            ref: `${path}:${record.line}`,
            text: say.notPushed({ ...record, at: value.generatedAt }),
          },
        ],
      }),
    ),
    ...value.incomplete.map(
      (record): FindingDraft => ({
        id: 'sftunnel.push-failed',
        confidence: 'likely',
        subject: record.deviceName ?? record.deviceUuid,
        key: record.deviceUuid,
        evidence: [{ kind: 'file', ref: `${path}:${record.line}`, text: say.notPushedCut({ at: value.generatedAt }) }],
      }),
    ),
  ]);

function about({ subject, sha256 }: Certificate): Pick<FindingDraft, 'subject' | 'key'> {
  return { subject, key: sha256 };
}

function inFolder({ path }: InventoryFolder): Pick<FindingDraft, 'subject'> {
  return { subject: path };
}

export const inventoryRules: readonly InventoryRule[] = [validity, keyMismatch, caMismatch, pushFailed];

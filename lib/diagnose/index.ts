/** @module From evidence to findings: pure rules, their texts in two languages, and what to do. */

export { sftunnelPort } from '../evidence/index.ts';
export {
  type CaptureContext,
  type CaptureDiagnosis,
  type CaptureDiagnosisInput,
  captureDiagnosis,
  diagnoseCapture,
} from './capture/capture.ts';
export { checklistOf } from './checklist.ts';
export { diagnose } from './diagnose.ts';
export { type FilesDiagnosisInput, filesVerdictOf } from './files.ts';
export {
  type CatalogueEntry,
  type FindingId,
  findingCatalogue,
  findingIds,
  isFindingId,
} from './findings/catalogue.ts';
export { clientKinds, clientReactions } from './findings/clients.ts';
export { type Explanation, explain } from './findings/explain.ts';
export { type FindingDraft, finding } from './findings/finding.ts';
export { mergeFindings } from './findings/merge.ts';
export { diagnoseInventory, type InventoryDiagnosisOptions } from './inventory.ts';
export {
  diagnoseLog,
  type EpisodePlace,
  type LogContext,
  type LogDiagnosis,
  type LogDiagnosisInput,
  logDiagnosis,
} from './log/log.ts';
export { captureClock } from './rules/validity.ts';
export { readReport, type SavedReport } from './saved.ts';
export {
  type CaptureVerdictInput,
  captureVerdictOf,
  type LogVerdictInput,
  logVerdictOf,
  verdictOf,
} from './verdict.ts';

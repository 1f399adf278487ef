/** @module From evidence to findings: pure rules, their texts in two languages, and what to do. */

export { sftunnelPort } from '../evidence/index.ts';
export {
  type CaptureContext,
  type CaptureDiagnosis,
  type CaptureDiagnosisInput,
  captureDiagnosis,
  diagnoseCapture,
} from './capture.ts';
export { type CatalogueEntry, type FindingId, findingCatalogue, findingIds, isFindingId } from './catalogue.ts';
export { checklistOf } from './checklist.ts';
export { clientKinds, clientReactions } from './clients.ts';
export { diagnose } from './diagnose.ts';
export { type Explanation, explain } from './explain.ts';
export { type FilesDiagnosisInput, filesVerdictOf } from './files.ts';
export { type FindingDraft, finding } from './finding.ts';
export { diagnoseInventory, type InventoryDiagnosisOptions } from './inventory.ts';
export {
  diagnoseLog,
  type EpisodePlace,
  type LogContext,
  type LogDiagnosis,
  type LogDiagnosisInput,
  logDiagnosis,
} from './log.ts';
export { mergeFindings } from './merge.ts';
export { readReport, type SavedReport } from './saved.ts';
export {
  type CaptureVerdictInput,
  captureVerdictOf,
  type LogVerdictInput,
  logVerdictOf,
  verdictOf,
} from './verdict.ts';

/**
 * Says why a TLS handshake fails, and proves it: probe a target, judge what was seen, start faulty headends for tests.
 * @module
 * @example
 * import { check } from 'helloprobe';
 * const report = await check({ host: 'vpn.example.com', port: 443 });
 * console.log(report.verdict, report.findings.map(({ id }) => id));
 */

export type { CaptureOptions, RepeatedConversations } from './captureOptions.ts';
export { analyzeCapture, captureEvents } from './captures.ts';
export { type CertificateFilesOptions, judgeCertificates, type NamedFile } from './certificateFiles.ts';
export { type CheckOptions, check } from './check.ts';
export { diagnose, explain, mergeFindings, verdictOf } from './diagnose/index.ts';
export { checkEmbedded, type EmbeddedOptions, type EmbeddedRun, type SkippedPath } from './embedded.ts';
export type * from './evidence/index.ts';
export { checkLab, type LabCheck, type LabCheckOptions } from './labCheck.ts';
export { type LabPlace, type LabRunOptions, runInLab } from './labRun.ts';
export { analyzeLog, type LogInput, type LogLines, type LogOptions, logEvents, type NamedLog } from './logs.ts';
export type { PlantedFault } from './planted.ts';
export {
  attempt,
  bisect,
  compare,
  defineProbe,
  inconclusive,
  type Probe,
  type ProbeContext,
  type ProbeEvent,
  repeat,
  skipped,
  sweep,
  withControl,
} from './probe/index.ts';
export { openRecording, type RecordingFile } from './recordingFile.ts';
export { type FilePlan, type PlanFilesOptions, type PlanSource, planFromFiles } from './renewalPlan.ts';
export { KeyLog, type KeyLogOptions, type SecretLabel } from './session/index.ts';
export { toolVersion } from './version.ts';
export { DecodeError, HarnessError } from './wire/index.ts';

/**
 * The renewal of the InternalCA of an FMC as a plan: what goes in, and what comes out. The plan has ids and data only; words
 * are put to it by `describePlan`. It says what to do; it connects to nothing and copies nothing.
 */

import type { Certificate, HandshakeEvidence, SftunnelRole } from '../../evidence/index.ts';
import type {
  CertificateDates,
  CopyCertsOutput,
  DevicesCsv,
  FailedPushFile,
  GenerateCertsOutput,
  SftunnelFileRole,
  SftunnelInventory,
  SftunnelStatus,
} from '../files/index.ts';

/** Something that was read, and where: a file name, or what the user calls it. */
export interface Sourced<T> {
  readonly source: string;
  readonly value: T;
}

/** A certificate and whose copy it is: that of the FMC, one that lies on a device, one that was presented, or not known. */
export interface SeenCertificate {
  readonly certificate: Certificate;
  readonly place: 'fmc' | 'device' | 'wire' | 'unknown';
}

/** One end of a handshake on the management channel. */
export interface TunnelEnd {
  readonly address: string | null;
  /** CN of its certificate. */
  readonly uuid: string | null;
  readonly role: SftunnelRole | null;
}

/** A handshake of the management channel that a capture, a log or a live probe shows. */
export interface TunnelSighting {
  /** ISO 8601: when it ended; null where not known. */
  readonly at: string | null;
  readonly client: TunnelEnd;
  readonly server: TunnelEnd;
  readonly evidence: HandshakeEvidence;
  /** True when one end said that a certificate had expired: alert 45 (RFC 8446 §6.2), or OpenSSL's verify error 10. */
  readonly expiredSaid: boolean;
  /** True when the certificate of an end was not signed by the CA that has the name of its issuer: one of the two is older. */
  readonly otherCa: boolean;
  /** True for our own probe, which has no certificate: how it ended says nothing about the tunnel. */
  readonly probe: boolean;
}

/** `sftunnel_status.pl` and its kin. */
export interface StatusReading extends SftunnelStatus {
  /** True when the output is known to name every device of the FMC. */
  readonly complete: boolean;
  /** True when it was taken after the new certificates were made. */
  readonly after: boolean;
}

export type TunnelState = 'up' | 'partial' | 'down' | 'unknown';
export type HaRole = 'primary' | 'secondary';

/** Everything is optional: what is not known becomes a step that finds it out, never a guess. */
export interface PlanInput {
  /** Clock of the plan, ISO 8601. */
  readonly now: string;
  /** What the user says. It wins over what is read. */
  readonly given?: {
    /** Release of the FMC, `7.2.5` or `7.2.5-208`. */
    readonly version?: string;
    readonly ha?: HaRole;
    /** Is the hotfix installed, or generate_certs.pl there without one? */
    readonly hotfix?: boolean;
    /** State of all channels of the FMC together. */
    readonly tunnels?: Exclude<TunnelState, 'unknown'>;
    /** UUID of the FMC to plan for, where what is read is of several. */
    readonly fmcUuid?: string;
  };
  readonly certificates?: readonly Sourced<SeenCertificate>[];
  /** What `openssl x509 -dates`, or the document's script, printed of the CA on the FMC. */
  readonly dates?: readonly Sourced<CertificateDates>[];
  readonly sightings?: readonly Sourced<TunnelSighting>[];
  readonly status?: readonly Sourced<StatusReading>[];
  readonly inventories?: readonly Sourced<SftunnelInventory>[];
  readonly generated?: readonly Sourced<GenerateCertsOutput>[];
  readonly failedPushes?: readonly Sourced<FailedPushFile>[];
  readonly copies?: readonly Sourced<CopyCertsOutput>[];
  readonly devices?: readonly Sourced<DevicesCsv>[];
}

/** The leaves of Cisco's document: 1 not expired, 2a expired and channels still up, 2b expired and none up. */
export type PlanLeaf = '1' | '2a' | '2b';

/** How long the CA has. Thresholds: 30 days as the document's own command has it, 90 as VDB 399 alerts. */
export type ExpiryState = 'expired' | 'within-30-days' | 'within-90-days' | 'fine' | 'unknown';

export interface PlanAuthority {
  /** Of the CA that is to be replaced, or was. */
  readonly state: ExpiryState;
  /** `likely`: concluded from a device certificate that has expired, or from a peer that said so. */
  readonly confidence: 'proven' | 'likely';
  readonly uuid: string | null;
  readonly sha256: string | null;
  /** ISO 8601. */
  readonly notAfter: string | null;
  /** Whole days, rounded down; negative after the expiry. */
  readonly daysLeft: number | null;
  /** True when new certificates were made: this CA is the one from before. */
  readonly replaced: boolean;
  readonly sources: readonly string[];
}

export interface PlanTunnels {
  readonly state: TunnelState;
  /** Devices with at least one channel up, with none, and those of which it is not known. */
  readonly up: number;
  readonly down: number;
  readonly unknown: number;
  /** True when every device is known to be among those counted. */
  readonly complete: boolean;
  /** True when the state is what the user said, and not what the devices counted here show. */
  readonly given: boolean;
  readonly sources: readonly string[];
}

export interface PlanHotfix {
  /**
   * `listed`: the document names one for this release. `none`: it says that there is none. `not-listed`: it does not speak of
   * this release. `version-unknown`: the release is not known, or not to its third number.
   */
  readonly status: 'listed' | 'none' | 'not-listed' | 'version-unknown';
  readonly version: string | null;
  /** `FZ`. */
  readonly name: string | null;
  /** `7.2.9.99-4`. */
  readonly build: string | null;
  /** As the document writes it: `7.2.0 – 7.2.9`. */
  readonly releases: string | null;
  /** A patch of the last listed release (7.2.9.1): the list does not say whether it is meant. */
  readonly patchBeyond: boolean;
  readonly installed: boolean | null;
}

export type StepId =
  | 'finish-primary'
  | 'find-version'
  | 'read-ca-dates'
  | 'read-status'
  | 'install-hotfix'
  | 'look-for-script'
  | 'upgrade-fmc'
  | 'ask-tac'
  | 'backup-fmc'
  | 'status-before'
  | 'generate'
  | 'inspect'
  | 'copy-by-script'
  | 'copy-by-jump-server'
  | 'copy-by-hand'
  | 'status-after'
  | 'then-secondary'
  | 'watch-expiry';

export interface PlanStep {
  readonly id: StepId;
  readonly where: 'fmc' | 'device' | 'jump-server' | 'nowhere';
  /**
   * `if-needed`: only when an earlier step says so. `alternative`: another way of the step before it. `past`: it belongs before
   * a step that was done already, and nothing shows whether it was done.
   */
  readonly state: 'todo' | 'if-needed' | 'alternative' | 'done' | 'past';
  /** As typed on the device, in order. */
  readonly commands: readonly string[];
  /** Names of the devices it is for; empty where it is for none in particular. */
  readonly devices: readonly string[];
}

export type WarningId =
  /** A channel may live on the expired CA: no reboot, no upgrade, no restart of sftunnel; the listed hotfixes excepted. */
  | 'no-reboot-no-upgrade'
  /** The same as a precaution: it is not known whether the CA has expired, or whether a channel is up. */
  | 'no-reboot-until-known'
  /** No device is connected, so that an upgrade of the FMC breaks nothing. */
  | 'upgrade-allowed'
  /** A channel that is up proves nothing about the certificates. */
  | 'up-proves-nothing'
  /** After this date a channel that breaks does not come back. */
  | 'finish-before-expiry'
  | 'no-hotfix-exists'
  | 'release-not-listed'
  | 'patch-beyond-list'
  /** The user says that the hotfix is installed on a release that has none. */
  | 'hotfix-contradicts-version'
  | 'ha-order'
  /** Certificates of more than one InternalCA: an HA pair has two by design. */
  | 'several-authorities'
  /** The CA begins in the future of this clock: the clock, or a device's, is wrong. */
  | 'not-yet-valid'
  /** A peer called a certificate expired though this CA is not: another copy of it, another certificate, or another clock. */
  | 'expired-said'
  /** A device shows another InternalCA of this FMC: made anew without reaching it, or an older copy of the file. */
  | 'other-ca'
  /** After the run: a channel that is up on old files does not come back, whatever dates they have. */
  | 'old-files-do-not-return'
  /** Two sources give the CA different ends; the earlier one counts. */
  | 'dates-contradict'
  /** The user says that no channel is up, and a source shows one that is; the source counts. */
  | 'tunnels-contradict'
  /** A status was taken on a device: it tells nothing of the others. */
  | 'status-of-device'
  /** A path that sftunnel files do not have: no commands are made of it. */
  | 'unusual-path'
  /** generate_certs.pl was answered with no: nothing was made. */
  | 'generate-declined'
  /** Its output is cut: what failed after that is not known. */
  | 'generate-cut-off'
  /** A record of FAILED_PUSH is cut: the file has to be read again. */
  | 'failed-push-cut-off'
  /** More devices than are planned for. */
  | 'too-many-devices';

export interface PlanWarning {
  readonly id: WarningId;
  /** Devices, releases or places it is about; empty where it is for all. */
  readonly subjects: readonly string[];
}

/** A file to bring from the FMC to a device. */
export interface PlanFile {
  readonly role: SftunnelFileRole;
  /** On the FMC, and on the device. `<FTD UUID>` and `<FMC UUID>` stand where the UUID is not known. */
  readonly from: string;
  readonly to: string;
  /** `failed-push`: as FAILED_PUSH has it. `output`: the destination from generate_certs.pl. `layout`: where such files lie. */
  readonly known: 'failed-push' | 'output' | 'layout';
}

/** What is left to do with a device. */
export type DeviceTask =
  /** Nothing: connected after its certificates were brought. */
  | 'none'
  /** New certificates are not made yet; the script is expected to push them, or not, by what is known of the channel. */
  | 'push-expected'
  | 'push-will-fail'
  | 'push-open'
  | 'copy-files'
  /** Files were copied, sftunnel was not seen to be restarted. */
  | 'restart-sftunnel'
  /** Files are there as far as is known: see whether it is connected. */
  | 'check-connection'
  /** Whether its push failed is not known. */
  | 'inspect'
  /** There is no script for this release, so that nothing can be made for it yet. */
  | 'blocked';

export interface PlanDevice {
  readonly name: string | null;
  readonly uuid: string | null;
  readonly address: string | null;
  readonly tunnel: TunnelState;
  readonly tunnelAfter: TunnelState;
  readonly push: 'not-yet' | 'failed' | 'no-failure-seen' | 'unknown';
  readonly copy: 'copied' | 'unreachable' | 'incomplete' | null;
  /** Does the device hold the CA certificate that the FMC has now? Null where one of the two is not known. */
  readonly hasCurrentCa: boolean | null;
  readonly task: DeviceTask;
  /** What to bring to it, before a run of the script: what it will not be able to push. Empty where nothing is. */
  readonly files: readonly PlanFile[];
  /** To type on the FMC and on the device, for the way by hand; empty where a path is unusual, and before new files are there. */
  readonly commands: { readonly fmc: readonly string[]; readonly device: readonly string[] };
  readonly sources: readonly string[];
}

/** What would have to be known for a plan without alternatives. */
export type UnknownId = 'fmc-version' | 'ca-dates' | 'tunnel-state' | 'all-devices' | 'push-results';

export interface RenewalPlan {
  /** Null where what is known does not decide; `candidates` has those that remain. */
  readonly leaf: PlanLeaf | null;
  readonly confidence: 'proven' | 'likely';
  readonly candidates: readonly PlanLeaf[];
  readonly urgency: 'now' | 'within-30-days' | 'within-90-days' | 'none' | 'unknown';
  /** `prepare`: nothing made yet. `transfer`: made, some devices lack them. `verify`: see whether all are connected. `done`. */
  readonly phase: 'prepare' | 'transfer' | 'verify' | 'done';
  readonly ha: HaRole | null;
  readonly authority: PlanAuthority;
  readonly tunnels: PlanTunnels;
  readonly hotfix: PlanHotfix;
  readonly warnings: readonly PlanWarning[];
  readonly steps: readonly PlanStep[];
  readonly devices: readonly PlanDevice[];
  readonly unknowns: readonly UnknownId[];
}

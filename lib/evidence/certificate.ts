/** Certificate as reports show it, and what the chain it came in is worth. */

export type CertificateStatus = 'valid' | 'expiring' | 'expired' | 'not-yet-valid';

export interface Certificate {
  /** SHA-256 of the DER, lower-case hex. */
  readonly sha256: string;
  /** RFC 4514 string with short names where they exist. */
  readonly subject: string;
  /** As `subject`. */
  readonly issuer: string;
  /** Lower-case hex without leading zero bytes; `00` for zero. */
  readonly serial: string;
  /** 1, 2 or 3. */
  readonly version: number;
  /** ISO 8601, or null when the date cannot be read. */
  readonly notBefore: string | null;
  /** As `notBefore`: the last moment of validity. */
  readonly notAfter: string | null;
  /** Whole days from the judgement's clock to notAfter, rounded down; negative after it. */
  readonly daysLeft: number | null;
  /** Whole days from the time of the packet to notAfter, rounded down; null without a capture, or when the date cannot be read. */
  readonly daysLeftAtCapture: number | null;
  /** Validity by the clock of the judgement. A date that cannot be read (null) decides nothing: `valid` means then that no date says otherwise. */
  readonly status: CertificateStatus;
  /** subjectAltName: `DNS:…`, `IP:…`, `email:…`, `URI:…`. */
  readonly names: readonly string[];
  /** Kind of the public key, and its size in bits (null where it has none that is known). */
  readonly key: { readonly type: string; readonly bits: number | null };
  /** Of the issuer's signature, by name or OID. */
  readonly signatureAlgorithm: string;
  /** Issuer and subject are the same name. */
  readonly selfIssued: boolean;
  /** basicConstraints says that it is a CA. */
  readonly isCa: boolean;
  /** Extended key usages by name or OID; empty when the extension is absent. */
  readonly extendedKeyUsage: readonly string[];
  /** caIssuers addresses of authorityInfoAccess. */
  readonly aiaIssuers: readonly string[];
  /** The certificate itself, PEM. */
  readonly pem: string;
  /** Departures from DER or RFC 5280 that the reader tolerated. */
  readonly deviations: readonly string[];
}

/** What is needed to judge the dates of a certificate. */
export type DatedCertificate = Pick<
  Certificate,
  'sha256' | 'subject' | 'notBefore' | 'notAfter' | 'status' | 'daysLeft'
>;

/** What stands between a chain as sent and the given roots; facts, not findings. Computed where signatures can be checked. */
export interface ChainAssessment {
  /**
   * `trusted`: a path to a given root exists. `incomplete`: an issuer was neither sent nor is in the roots.
   * `untrusted-root`: the path ends in a self-signed certificate that is not among the roots. `self-signed`: the leaf
   * itself is that certificate. `bad-signature`: the signature where the path ends fits none of the issuers. `unverified`: it
   * could not be checked, so nothing is known. `invalid`: paths to a root exist, but each breaks a rule of path validation that
   * `objections` names, such as a path length. `unreadable`: the leaf cannot be decoded.
   */
  readonly trust:
    | 'trusted'
    | 'incomplete'
    | 'untrusted-root'
    | 'self-signed'
    | 'bad-signature'
    | 'unverified'
    | 'invalid'
    | 'unreadable';
  /** The signature algorithm that could not be checked here (`unverified`); null where `limited` is the reason, and for any other `trust`. */
  readonly uncheckedAlgorithm: string | null;
  /** True when a limit was hit: certificates or signatures beyond it were not looked at. */
  readonly limited: boolean;
  /** SHA-256 of the path found, leaf first; as far as it goes. */
  readonly path: readonly string[];
  /** Issuer name that nobody supplied (`incomplete`). */
  readonly missingIssuer: string | null;
  /** Where the missing issuer could be fetched, from the AIA extension. */
  readonly missingIssuerUrls: readonly string[];
  /** True when the certificates were not sent in issuing order (RFC 5246 §7.4.2). */
  readonly misordered: boolean;
  /** Certificates sent that no path needs, by SHA-256. */
  readonly unneeded: readonly string[];
  /** Of `unneeded` no part: roots that were sent though the client must have them itself (RFC 8446 §4.4.2), by SHA-256. Absent in older reports. */
  readonly rootsSent?: readonly string[];
  /** Groups of certificates sent that certify one key under one name for different issuers, or twice for one. Absent in older reports. */
  readonly crossSigned?: readonly CrossSigned[];
  /**
   * What clients of the AnyConnect class hold against the path, leaf first, by the evaluator's ids; names, and where the path ends,
   * are told by other fields. Absent in older reports.
   */
  readonly objections?: readonly ChainObjection[];
  /** Roots given (and their number), so that a reader of the report knows what "trusted" means. */
  readonly roots: number;
  /** What asking for the missing issuers brought; absent or null where nobody asked (`--fetch-issuers`). */
  readonly fetched?: FetchedIssuers | null;
}

/** One name and key, certified by several CAs. */
export interface CrossSigned {
  readonly subject: string;
  /** SHA-256, in the order sent. */
  readonly certificates: readonly string[];
  /** Who certified each, in the same order. */
  readonly issuers: readonly string[];
  /** The one that the path found goes through; null where it goes through the root itself, or none. */
  readonly used: string | null;
}

/** One reason against a path, as `evaluateChain` gives it. */
export interface ChainObjection {
  /** A key of `chainReasons`. */
  readonly id: string;
  /** `refuses`: such a client does not connect. `may-refuse`: implementations differ. `prompts`: it asks its user. */
  readonly effect: 'refuses' | 'may-refuse' | 'prompts';
  /** Place on the path: 0 is the leaf; `length` is how many certificates the path has. Null: the chain as a whole. */
  readonly position: number | null;
  readonly length: number;
  /** True where it is about the trusted root that ends the path: of that RFC 5280 §6.1.1 (d) takes only the name and the key. */
  readonly root: boolean;
  /** Of the certificate, which may be one of the roots. */
  readonly sha256: string | null;
  readonly subject: string | null;
  /** Which name, extension or limit; null where the id says it all. */
  readonly detail: string | null;
}

/** How an attempt to fetch an issuer ended. `forbidden-address`: of this machine, or of no machine. `not-the-issuer`: a certificate, but not the one that signed. */
export type IssuerFetchOutcome =
  | 'found'
  | 'not-the-issuer'
  | 'no-certificate'
  | 'http-error'
  | 'too-large'
  | 'timeout'
  | 'unreachable'
  | 'bad-url'
  | 'forbidden-address';

export interface IssuerFetch {
  readonly url: string;
  readonly outcome: IssuerFetchOutcome;
  /** Of the issuer that was found. */
  readonly sha256: string | null;
  readonly subject: string | null;
}

/** The chain as sent stays what it is; this is what a client that fetches issuers would make of it. */
export interface FetchedIssuers {
  readonly fetches: readonly IssuerFetch[];
  /** As `trust` of the assessment, with what was fetched. */
  readonly trust: ChainAssessment['trust'];
  /** SHA-256, leaf first. */
  readonly path: readonly string[];
}

/** Sentences about files with certificates, about fetched issuers, and about one server seen from two places, in English. */

import type { ChainAssessment, FetchedIssuers, FiledRole, FileProblem, VantagePoint } from '../../evidence/index.ts';
import { fileProblemText } from '../../x509/names.ts';
import { instantOf } from './names.ts';
import { listed, plural } from './words-en.ts';

const roles: Readonly<Record<FiledRole, string>> = {
  server: 'a certificate for servers',
  authority: 'a CA certificate',
  sftunnel: 'a certificate of sftunnel',
  other: 'a certificate',
};

const ends: Readonly<Record<ChainAssessment['trust'], string>> = {
  trusted: 'it leads to a trusted root',
  incomplete: 'an issuer is still missing',
  'untrusted-root': 'it leads to a root that is not trusted',
  'self-signed': 'it is self-signed',
  'bad-signature': 'a signature does not fit',
  unverified: 'a signature could not be checked',
  invalid: 'a path to a trusted root exists, but breaks a rule of path validation',
  unreadable: 'a certificate cannot be read',
};

const outcomes: Readonly<Record<FetchedIssuers['fetches'][number]['outcome'], string>> = {
  found: 'the issuer',
  'not-the-issuer': 'a certificate that did not issue this one',
  'no-certificate': 'no certificate',
  'http-error': 'an HTTP error',
  'too-large': 'more than a certificate can be',
  timeout: 'no answer in time',
  unreachable: 'no connection',
  'bad-url': 'not asked, as it is no http:// address',
  'forbidden-address': 'not asked, as it is an address of this machine, or of none',
};

export const certificateFilesEn = {
  inFile: ({ role }: { role: FiledRole }): string => roles[role],
  orderInFile: ({ subjects }: { subjects: readonly string[] }): string =>
    `they stand in this order: ${listed(subjects)}`,
  fileProblem: (problem: Omit<FileProblem, 'text'>): string => fileProblemText(problem, 'en'),
  issuersFetched: ({ fetches, trust, roots }: FetchedIssuers & { roots: number }): string => {
    const asked = fetches.map(
      ({ url, outcome, subject }) => `${url}: ${outcomes[outcome]}${subject === null ? '' : ` (${subject})`}`,
    );
    const found = fetches.some(({ outcome }) => outcome === 'found');
    const end = found ? `With what was fetched ${ends[trust]} (${plural(roots, 'trusted root')})` : 'No issuer was got';
    return `looked for the issuer at ${asked.join('; ')}. ${end}`;
  },
  seenFrom: ({
    at,
    address,
    subject,
    issuer,
    notBefore,
    trust,
  }: Pick<VantagePoint, 'at' | 'address'> & VantagePoint['leaves'][number]): string =>
    `${instantOf(at)}, ${address ?? 'address not known'}: ${subject}, issued by ${issuer}, valid from ${instantOf(notBefore) ?? 'an unreadable date'}; ${ends[trust]}`,
  otherCaDidNotSign: ({ subject, place }: { subject: string; place: string }): string =>
    `this CA has the issuer's name (${subject}), but its key did not sign the certificate of ${place}; one of the two may be from before a renewal`,
};

/** diagnose as a whole: order, merging, languages, saved reports, damaged reports. */

import { expect } from 'chai';
import * as fc from 'fast-check';
import { diagnose, verdictOf } from '../../lib/diagnose/index.ts';
import { type DiagnosisInput, severities } from '../../lib/evidence/index.ts';
import {
  attempt,
  attempts,
  certificate,
  chainRow,
  codes,
  comparison,
  host,
  inDays,
  observation,
  outcome,
  report,
  spoil,
} from './support.ts';

/** A report in which almost every probe has something to say. */
function rich(): DiagnosisInput {
  const sni = comparison(100, outcome.reset(), { sni: host, length: 230 }, { sni: null, length: 200 });
  const size = comparison(110, outcome.silent(), { length: 301 });
  const segments = comparison(120, outcome.closed(), { segments: [5, 300] });
  const unknown = comparison(130, outcome.alert(50));
  const connect = [attempt(1, outcome.answered(), { sni: null, length: 700 }), ...sni.made];
  const tls10 = attempt(2, outcome.answered(codes['TLSv1.0'], '0x000a'), { versions: [codes['TLSv1.0']] });
  return report(
    {
      connect: observation(
        { control: 'a1', preset: 'openssl-3', concurrent: true, serverName: { verdict: 'fails', ...sni.row } },
        connect,
      ),
      versions: observation(
        [
          { version: 'TLSv1.0', supported: true, why: 'a2' },
          { version: 'TLSv1.2', supported: true, why: 'a1' },
        ],
        [tls10],
      ),
      ciphers: observation(
        {
          'TLSv1.0': {
            suites: [{ code: '0x000a', name: 'TLS_RSA_WITH_3DES_EDE_CBC_SHA' }],
            order: 'server',
            complete: true,
          },
        },
        [tls10],
      ),
      groups: observation({ 'TLSv1.2': [{ code: '0x0017', name: 'secp256r1' }] }),
      certificates: observation([
        chainRow([certificate({ names: ['DNS:other.test'], notAfter: inDays(-3), key: { type: 'RSA', bits: 1024 } })], {
          trust: 'incomplete',
          missingIssuerUrls: ['http://ca.example.test/'],
        }),
      ]),
      'client-auth': observation(
        { requested: true, required: true, authorities: [], types: [] },
        attempts(40, 1, outcome.answered()),
      ),
      'hello-size': observation(
        { rows: [{ length: 301, reply: 'silent', ...size.row }], failing: [{ from: 301, to: 16384 }] },
        size.made,
      ),
      'hello-segments': observation(
        { rows: [{ case: 'first-5', reply: 'closed', ...segments.row }], intolerant: ['first-5'] },
        segments.made,
      ),
      extensions: observation(
        { rows: [{ case: 'unknown-version', reply: 'alert', ...unknown.row }], intolerant: [] },
        unknown.made,
      ),
      'renegotiation-info': observation({ secure: false }, attempts(50, 1, outcome.answered())),
    },
    { judgement: { expectIssuer: 'Somebody Else' } },
  );
}

const richIds = [
  'cert.chain-incomplete',
  'cert.expired',
  'cert.name-mismatch',
  'policy.sni-filtered',
  'tls.hello-size-intolerant',
  'cert.weak-key',
  'policy.tls-inspection',
  'tls.cipher-not-recommended',
  'tls.hello-segment-intolerant',
  'tls.insecure-renegotiation',
  'tls.version-intolerant',
  'tls.legacy-version-enabled',
  'tls.client-certificate-required',
];

describe('diagnose', () => {
  it('gives the findings with the most severe first, then by id', () => {
    const found = diagnose(rich());
    expect(found.map(({ id }) => id)).to.deep.equal(richIds);
    const ranks = found.map(({ severity }) => severities.indexOf(severity));
    expect(ranks).to.deep.equal(ranks.toSorted((a, b) => b - a));
  });

  it('gives the same findings of a saved report', () => {
    const input = rich();
    expect(diagnose(JSON.parse(JSON.stringify(input)) as DiagnosisInput)).to.deep.equal(diagnose(input));
    const found = diagnose(input);
    expect(JSON.parse(JSON.stringify(found))).to.deep.equal(found);
  });

  it('gives the same findings whatever the order of observations and attempts', () => {
    const input = rich();
    const turned = Object.fromEntries(
      Object.entries(input.observations)
        .toReversed()
        .map(([id, made]) => [id, { ...made, attempts: made.attempts.toReversed() }]),
    );
    expect(diagnose({ ...input, observations: turned })).to.deep.equal(diagnose(input));
  });

  it('changes the texts with the language, and neither ids nor judgement', () => {
    const [english, japanese] = (['en', 'ja'] as const).map((language) => diagnose(rich(), { language }));
    const judged = (found: typeof english): unknown =>
      found?.map(({ id, severity, confidence, subject, count, evidence, excluded, remedies }) => ({
        id,
        severity,
        confidence,
        subject,
        count,
        evidence: evidence.map(({ kind, ref }) => [kind, ref]),
        excluded: excluded.map((other) => other.id),
        remedies: remedies.map((remedy) => remedy.id),
      }));
    expect(judged(japanese)).to.deep.equal(judged(english));
    for (const { title, explanation } of japanese ?? []) expect(title + explanation).to.match(/[ぁ-ん]/);
    for (const { title, explanation } of english ?? []) expect(title + explanation).not.to.match(/[ぁ-ん]/);
  });

  it('does not change the report it is given', () => {
    const input = rich();
    const before = JSON.stringify(input);
    diagnose(input);
    expect(JSON.stringify(input)).to.equal(before);
  });

  it('finds nothing in a report of nothing', () => {
    for (const empty of [null, undefined, 1, 'x', [], {}, { observations: null }, { observations: [] }]) {
      expect(diagnose(empty as unknown as DiagnosisInput)).to.deep.equal([]);
    }
  });

  it('survives any damage to a report, and gives well-formed findings of what is left', () => {
    const text = JSON.stringify(rich());
    const damage = fc.array(
      fc.record({
        at: fc.nat(),
        value: fc.oneof(
          fc.constantFrom(
            null,
            -1,
            1e300,
            '',
            '__proto__',
            'toString',
            '2030-13-45',
            '0xzzzz',
            '\u001b[31m',
            true,
            [],
            {},
          ),
          fc.jsonValue({ maxDepth: 2 }),
        ),
        remove: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(damage, (edits) => {
        const broken = JSON.parse(text) as DiagnosisInput;
        for (const { at, value, remove } of edits) spoil(broken, at, structuredClone(value), remove);
        for (const language of ['en', 'ja'] as const) {
          const found = diagnose(broken, { language });
          for (const { evidence, title, count } of found) {
            if (evidence.length === 0 || evidence.length > count || title === '') throw new Error('not a finding');
          }
          const printed = JSON.stringify(found);
          if (/\\u00[01]|NaN|Invalid Date|undefined/.test(printed)) throw new Error(`unprintable: ${printed}`);
          verdictOf(found, broken.observations);
        }
        return true;
      }),
      { seed: 20_300_601, numRuns: 400 },
    );
  });
});

/** The catalogue, its texts in both languages, the constructor of findings, and explain. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { explain, finding, findingCatalogue, findingIds } from '../../../lib/diagnose/index.ts';
import { messages } from '../../../lib/diagnose/messages/index.ts';
import type { FindingEvidence } from '../../../lib/evidence/index.ts';
import { HarnessError } from '../../../lib/wire/index.ts';
import { findingsPage, findingsPages } from '../../support/generate-findings-docs.ts';

/** Ids of the design, and those that were added, by area; what is published here is never renamed. */
const published = [
  'cert: name-mismatch expired not-yet-valid expiring chain-incomplete chain-misordered chain-invalid untrusted-root self-signed weak-key weak-signature wrong-usage unreadable',
  'tls: no-common-version legacy-version-enabled no-common-cipher no-common-group cipher-not-recommended client-certificate-required insecure-renegotiation',
  'tls: hello-size-intolerant hello-segment-intolerant hello-record-intolerant suite-count-intolerant extension-intolerant version-intolerant',
  'path: blackhole-outbound blackhole-inbound mtu-reduced mss-clamped fragments-dropped icmp-filtered',
  'handshake: silent reset closed alert not-tls malformed',
  'policy: port-refused port-filtered handshake-dropped reset-injected sni-filtered tls-inspection rate-limited arp-unanswered',
  'sftunnel: ca-expired ca-expiring certificate-expired certificate-expiring ca-mismatch peer-refuses certificates-hidden push-failed key-mismatch',
  'vpn: not-anyconnect dtls-disabled dtls-blocked mtu-low',
].flatMap((line) => {
  const [area, ...names] = line.split(/[: ]+/);
  return names.map((name) => `${area}.${name}`);
});

const evidence: readonly FindingEvidence[] = [{ kind: 'attempt', ref: 'a1', text: 'RST' }];

describe('diagnose: catalogue', () => {
  it('has exactly the published ids', () => {
    expect(findingIds).to.deep.equal(published);
  });

  it('has no pattern 3', () => {
    expect(new Set(Object.values(findingCatalogue).map(({ pattern }) => pattern))).to.deep.equal(
      new Set([1, 2, 4, 5, 'sftunnel', null]),
    );
  });

  for (const language of ['en', 'ja'] as const) {
    it(`explains every id in ${language}, with at least one remedy`, () => {
      for (const id of findingIds) {
        const { title, explanation, evidenceNeeded, remedies } = explain(id, language);
        for (const text of [title, explanation, evidenceNeeded, ...remedies.map((remedy) => remedy.text)]) {
          expect(text, id).to.match(language === 'ja' ? /[ぁ-んァ-ヶ一-龠]/ : /^[\x20-\x7e]+$/);
          expect(text, id).not.to.match(/\s\s|\bundefined\b|\[mem\]|\[inf\]/);
        }
        expect(title, id).not.to.match(/[.。]$/);
        expect(remedies, id).not.to.be.empty;
      }
    });
  }

  for (const language of ['en', 'ja'] as const) {
    it(`says in ${language} of every remedy how to see that it helped, and of every finding where its advice comes from`, () => {
      for (const id of findingIds) {
        const { remedies } = explain(id, language);
        for (const remedy of remedies) expect(remedy, `${id} ${remedy.id}`).to.have.property('verify');
        expect(
          remedies.filter(({ source }) => source !== undefined),
          id,
        ).to.not.be.empty;
      }
    });
  }

  it('gives both sides where the article and Cisco differ on what a client does with a bad certificate', () => {
    for (const id of ['cert.name-mismatch', 'cert.expired', 'cert.untrusted-root'] as const) {
      const texts = explain(id)
        .remedies.map(({ text }) => text)
        .join('\n');
      expect(texts, id).to.match(/article.*rejected at once.*AnyConnect guide/);
    }
    const minimum = explain('tls.legacy-version-enabled')
      .remedies.map(({ text }) => text)
      .join('\n');
    expect(minimum).to.include('do not by themselves break a TLS 1.2 client');
  });

  it('has the same keys in both languages', () => {
    const { en, ja } = messages;
    for (const part of ['findings', 'remedies', 'say'] as const) {
      expect(Object.keys(ja[part]).toSorted()).to.deep.equal(Object.keys(en[part]).toSorted());
    }
    for (const [id, remedy] of Object.entries(en.remedies)) {
      const other = ja.remedies[id as keyof typeof ja.remedies];
      expect(Object.keys(other).toSorted(), id).to.deep.equal(Object.keys(remedy).toSorted());
    }
  });

  it('uses every remedy', () => {
    const used = new Set(findingIds.flatMap((id) => explain(id).remedies.map((remedy) => remedy.id)));
    expect([...used].toSorted()).to.deep.equal(Object.keys(messages.en.remedies).toSorted());
  });

  it('corrects the article where the facts contradict it', () => {
    const path = explain('path.blackhole-outbound')
      .remedies.map(({ text, source = '' }) => `${text} ${source}`)
      .join('\n');
    expect(path)
      .to.match(/tcpmss.*not to connections to the device itself/)
      .and.include('corrected');
    expect(path).to.include('Sysopt_Basic').and.include('MTU - 40');
    const versions = explain('tls.no-common-version')
      .remedies.map(({ text }) => text)
      .join('\n');
    expect(versions).to.include('Devices > Platform Settings > SSL');
    const inspection = explain('policy.tls-inspection')
      .remedies.map(({ text }) => text)
      .join('\n');
    expect(inspection).to.include('exempt');
  });

  for (const language of ['en', 'ja'] as const) {
    it(`is what ${findingsPages[language]} says (else run test/support/generate-findings-docs.ts)`, () => {
      const page = readFileSync(new URL(`../../../${findingsPages[language]}`, import.meta.url), 'utf8');
      expect(page === findingsPage(language), 'the page is up to date').to.equal(true);
    });
  }
});

describe('diagnose: explain', () => {
  it('refuses an unknown id and names the nearest ones', () => {
    for (const [typed, meant] of [
      ['cert.expird', 'cert.expired'],
      ['expired', 'cert.expired'],
      ['handshake.silence', 'handshake.silent'],
      ['TLS.NO-COMMON-CIPHERS', 'tls.no-common-cipher'],
      ['sni', 'policy.sni-filtered'],
    ] as const) {
      expect(() => explain(typed))
        .to.throw(HarnessError)
        .that.satisfies((error: HarnessError) => error.code === 'unknown-finding' && error.hint?.includes(meant));
    }
  });

  it('suggests nothing for what looks like no id, and takes no key of Object for one', () => {
    for (const typed of ['', 'x'.repeat(10_000), '__proto__', 'constructor', '\u001b[2J']) {
      expect(() => explain(typed))
        .to.throw(HarnessError)
        .that.satisfies((error: HarnessError) => error.code === 'unknown-finding' && !/[\0-\x1f]/.test(error.message));
    }
  });
});

describe('diagnose: making a finding', () => {
  it('takes everything but the claim from the catalogue and the language', () => {
    const made = finding({ id: 'handshake.reset', confidence: 'proven', evidence }, 'ja');
    expect(made).to.include({
      severity: 'high',
      pattern: null,
      title: 'ハンドシェイク中に接続がリセットされます',
      count: 1,
    });
    expect(made).not.to.have.property('subject');
    expect(made.excluded).to.deep.equal([]);
    expect(made.remedies).not.to.be.empty;
  });

  it('refuses a claim without evidence, and an unknown id, as bugs of the caller', () => {
    expect(() => finding({ id: 'handshake.reset', confidence: 'proven', evidence: [] }))
      .to.throw(HarnessError)
      .with.property('code', 'no-evidence');
    expect(() => finding({ id: 'cert.exprd' as 'cert.expired', confidence: 'proven', evidence }))
      .to.throw(HarnessError)
      .with.property('code', 'unknown-finding');
  });

  it('shows twenty pieces of evidence and counts all', () => {
    const many = Array.from({ length: 33 }, (_, i) => ({ kind: 'packet' as const, ref: String(i), text: 'RST' }));
    const made = finding({ id: 'handshake.reset', confidence: 'proven', evidence: many });
    expect(made.evidence).to.have.length(20);
    expect(made.count).to.equal(33);
  });

  it('adds the remedies of the alternatives, each once', () => {
    const made = finding({
      id: 'path.blackhole-outbound',
      confidence: 'possible',
      evidence,
      alternatives: ['path.blackhole-inbound', 'tls.hello-size-intolerant'],
    });
    const ids = made.remedies.map(({ id }) => id);
    expect(ids).to.include('update-terminator');
    expect(new Set(ids)).to.have.property('size', ids.length);
  });
});

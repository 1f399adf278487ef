/** Conformance: a whole check of each hostile server finds what is there, and nothing else. */

import { expect } from 'chai';
import { check } from '../../lib/check.ts';
import { atLeast, type CheckReport } from '../../lib/evidence/index.ts';
import { type HeadendSpec, hostileHeadends, startHeadend } from '../../lib/lab/index.ts';

const specs: readonly HeadendSpec[] = Object.values(hostileHeadends);

/** Only silence can use up the longer ones; where it is what the server does, each attempt costs them. */
const patient = { connectMs: 5000, firstReplyMs: 4000, totalMs: 8000, deadlineMs: 60_000 };
const short = { connectMs: 5000, firstReplyMs: 250, totalMs: 400, deadlineMs: 60_000 };

describe('a check of a hostile server', () => {
  const reports = new Map<string, Promise<CheckReport>>();

  before(() => {
    let free = Promise.resolve();
    // Four at a time: the silent ones mostly wait.
    const lanes = [free, free, free, free];
    for (const [index, spec] of specs.entries()) {
      free = lanes[index % lanes.length] ?? free;
      const report = free.then(() => checked(spec));
      lanes[index % lanes.length] = report.then(
        () => undefined,
        () => undefined,
      );
      reports.set(spec.id, report);
    }
  });

  for (const spec of specs) {
    it(`finds ${spec.expect.join(', ') || 'nothing'}: ${spec.id}`, async () => {
      const { findings, verdict, observations } = (await reports.get(spec.id)) as CheckReport;
      const ids = new Set(findings.map(({ id }) => id));
      const known = [...spec.expect, ...(spec.mayReport ?? [])];
      const invented = findings.filter(({ id, severity }) => atLeast(severity, 'low') && !known.includes(id));
      expect([...ids]).to.include.members([...spec.expect]);
      expect(invented.map(({ id }) => id)).to.deep.equal([]);
      expect(verdict).to.equal(spec.verdictHint);
      for (const [probe, { status, reason }] of Object.entries(observations))
        expect(status, `${probe}: ${reason}`).to.not.equal('failed');
      // Nothing of what the server said gets to a terminal as it is.
      expect(JSON.stringify(findings)).to.not.match(/[\x00-\x1f\x7f-\x9f]|\\u00[0189]/);
    }).timeout(60_000);
  }
});

async function checked(spec: HeadendSpec): Promise<CheckReport> {
  await using headend = await startHeadend(spec);
  return await check(
    { host: headend.host, port: headend.port },
    {
      sni: headend.sni,
      caPem: [headend.rootsPem],
      timeouts: spec.expect.includes('handshake.silent') ? short : patient,
    },
  );
}

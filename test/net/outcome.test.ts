/** What the system's error codes say about a target, and which of them say nothing about it. */

import { expect } from 'chai';
import { connectOutcomeOf, endOf, sentenceOf } from '../../lib/net/outcome.ts';
import { HarnessError } from '../../lib/wire/index.ts';

const failed = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

describe('net: system errors', () => {
  it('tell how a connection request was answered', () => {
    for (const [code, outcome] of [
      ['ECONNREFUSED', 'refused'],
      ['ETIMEDOUT', 'timeout'],
      ['EHOSTUNREACH', 'unreachable'],
      ['ENETUNREACH', 'unreachable'],
      ['ECONNRESET', 'ok'],
      ['EPIPE', 'ok'],
    ] as const) {
      expect(connectOutcomeOf(failed(code)), code).to.equal(outcome);
    }
  });

  it('are no evidence of the target when this machine has no descriptors or memory left', () => {
    for (const code of ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']) {
      const lack = connectOutcomeOf(failed(code));
      expect(lack, code).to.be.instanceOf(HarnessError).with.property('code', 'out-of-resources');
      expect(lack).to.have.property('message', `This machine could not open a connection: connect ${code}.`);
      expect(lack).to.have.property('hint').that.contains('--concurrency');
    }
  });

  it('tell how an established connection ended', () => {
    for (const [code, end] of [
      ['ECONNRESET', 'reset'],
      ['ECONNABORTED', 'reset'],
      ['EPIPE', 'closed'],
      ['ETIMEDOUT', 'silent'],
      ['EHOSTUNREACH', 'silent'],
    ] as const) {
      expect(endOf(failed(code)), code).to.equal(end);
    }
  });

  it('end in one full stop', () => {
    expect(['no full stop', 'one.', 'asked?'].map((text) => sentenceOf(new Error(text)))).to.deep.equal([
      'no full stop.',
      'one.',
      'asked?',
    ]);
  });
});

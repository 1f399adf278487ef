import { expect } from 'chai';
import { commentedProperties, readSchema, undescribed } from '../support/schema-texts.ts';

/** Of reports of other commands, and parts whose types have no comment yet: lower it as they get one. */
const knownUndescribed = 528;

describe('descriptions of the report schema', () => {
  const schema = readSchema();

  it('are the comments of the types (npm run docs writes them)', () => {
    for (const { path, node, text } of commentedProperties(schema)) expect(node.description, path).to.equal(text);
  });

  it('has one for every property of a capture and of what it lists', () => {
    const listed =
      /^\/(capture|captureSource|captureCounters|captured\w+|conversation|failedConnections|unansweredArp)\.\w+$/;
    const own =
      /^\/(certificate|endpoint|sftunnel|chainAssessment|finding|findingEvidence|remedy|handshakeEvidence)\.\w+$/;
    expect(undescribed(schema).filter((path) => listed.test(path) || own.test(path))).to.deep.equal([]);
  });

  it('do not become fewer', () => {
    expect(undescribed(schema)).to.have.lengthOf.at.most(knownUndescribed);
  });
});

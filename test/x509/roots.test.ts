import { expect } from 'chai';
import { rootSet } from '../../lib/x509/index.ts';
import { ascii, ca, certificateOf, fixedKeys, nameOf } from './der.ts';

const rootName = nameOf(['CN', 'Root']);
const root = certificateOf({ subject: rootName, keys: fixedKeys(1), extensions: [ca] });
const other = certificateOf({ subject: nameOf(['CN', 'Other root']), keys: fixedKeys(2), extensions: [ca] });
const leafName = nameOf(['CN', 'leaf']);

describe('root sets', () => {
  it('read nothing before they are asked, and everything once', () => {
    let loads = 0;
    const roots = rootSet(() => {
      loads++;
      return [root, other, root, ascii('hello')];
    });
    expect(loads).to.equal(0);
    expect(roots.size).to.equal(2);
    expect(roots.bySubject(rootName).map(({ der }) => der)).to.deep.equal([root]);
    expect(roots.bySubject(leafName)).to.deep.equal([]);
    expect(loads).to.equal(1);
  });
});

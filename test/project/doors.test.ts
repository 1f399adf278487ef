import { expect } from 'chai';
import { leader } from '../support/doors.ts';

const files: Readonly<Record<string, string>> = {
  '/lib/wire/index.ts': "export * from './bytes.ts';\nexport { type Alert, alerts as named } from './alerts.ts';\n",
  '/lib/wire/bytes.ts': 'export interface Bytes {}\nexport function toHex() {}\nexport const empty = 0;\n',
  '/lib/wire/alerts.ts': 'const alerts = 0;\nexport { alerts };\n',
};
const lead = leader((file) => files[file] ?? '');

describe('imports of the bundled program', () => {
  it('are led through a front door to the file that declares the name', () => {
    expect(lead('/lib/cli/run.ts', "import { empty, named as all } from '../wire/index.ts';\n")).to.equal(
      "import { empty as empty } from '../wire/bytes.ts'; import { alerts as all } from '../wire/alerts.ts';\n",
    );
  });

  it('lose types, and stay on their lines', () => {
    const source = "import {\n  type Bytes,\n  toHex,\n} from '../wire/index.ts';\ntoHex();\n";
    expect(lead('/lib/cli/run.ts', source)).to.equal(
      "import { toHex as toHex } from '../wire/bytes.ts';\n\n\n\ntoHex();\n",
    );
  });

  it('of packages, of types alone, and in comments stay as they are', () => {
    const source =
      "import { a } from 'package';\nimport type { Bytes } from '../wire/index.ts';\n// import { b } from './b.ts';\n";
    expect(lead('/lib/cli/run.ts', source)).to.equal(source);
  });

  it('of a name that nothing declares are an error, which names file and name', () => {
    expect(() => lead('/lib/cli/run.ts', "import { nothing } from '../wire/index.ts';\n")).to.throw(
      '/lib/cli/run.ts: nothing is not to be found behind ../wire/index.ts',
    );
  });
});

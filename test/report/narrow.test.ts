import { expect } from 'chai';
import { displayWidth, renderText } from '../../lib/report/index.ts';
import { sampleReport } from './samples.ts';

describe('report: narrow terminals', () => {
  it('sets text in 40 columns in both languages; only commands, and tables up to 60, are wider', () => {
    for (const language of ['en', 'ja'] as const) {
      const lines = renderText(sampleReport(), { language, width: 40 }).split('\n');
      const wider = lines.filter((line) => displayWidth(line) > 40 && !/^ *\$ |helloprobe explain /.test(line));
      // A column of a table stands behind two spaces, as no word of a sentence does.
      expect(wider.filter((line) => !/\S {2,}\S/.test(line) || displayWidth(line) > 60)).to.deep.equal([]);
      expect(lines.length).to.be.above(renderText(sampleReport(), { language, width: 60 }).split('\n').length);
    }
  });
});

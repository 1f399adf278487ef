/** Mocha's spec reporter (dots when the output is piped), closed by the one line that CI reads: what passed, failed and was skipped. */
import Mocha from 'mocha';

const { Base, Dot, Spec } = Mocha.reporters;

export default class ClosingLineReporter extends Base {
  constructor(runner, options) {
    super(runner, options);
    // The inner reporter prints failures and the list of what ran; this class only adds the closing line.
    const inner = process.stdout.isTTY === true ? new Spec(runner, options) : new Dot(runner, options);
    const { stats } = runner;
    runner.once('end', () => {
      const skipped = stats.pending;
      process.stdout.write(`\n${stats.passes} passed, ${stats.failures} failed, ${skipped} skipped\n`);
    });
    this.inner = inner;
  }
}

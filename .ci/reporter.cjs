// Mocha's spec reporter, with one plain closing line for machines, also in the file that MYSIMBDP_TEST_SUMMARY names.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const line = `${passes} passed, ${failures} failed, ${pending} skipped`;
      console.log(line);
      if (process.env.MYSIMBDP_TEST_SUMMARY) writeFileSync(process.env.MYSIMBDP_TEST_SUMMARY, line);
    });
  }
};

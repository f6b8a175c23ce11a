// Prints what failed and, as the last line, `N passed, N failed`; exits 1 unless everything passed.
// Usage: summary.mjs REPORT… -- FAILED_STEP…
import { readFileSync } from 'node:fs';

const args = process.argv.slice(2);
const end = args.indexOf('--');
const names = args.slice(end + 1);
/** Steps that run tests: one that failed is counted by its failing tests, or as one where none failed. */
const TEST_STEPS = ['npm test', 'npm run test:faults:short'];

let passed = 0;
let failed = names.filter((name) => !TEST_STEPS.includes(name)).length;
for (const [index, file] of args.slice(0, end).entries()) {
  const stepFailed = names.includes(TEST_STEPS[index]);
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    passed += report.numPassedTests;
    failed += Math.max(report.numFailedTests, stepFailed ? 1 : 0);
    if (report.numPassedTests === 0 && report.numFailedTests === 0) failed += 1;
  } catch {
    failed += 1;
  }
}
for (const name of names) console.log(`failed: ${name}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

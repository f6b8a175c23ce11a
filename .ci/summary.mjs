// Prints what failed and, as the last line, `N passed, N failed`; exits 1 unless everything passed.
import { readFileSync } from 'node:fs';

const [reportFile, failedSteps, ...names] = process.argv.slice(2);
let passed = 0;
let failed = Number(failedSteps);
try {
  const report = JSON.parse(readFileSync(reportFile, 'utf8'));
  passed = report.numPassedTests;
  // A failing test run is counted by its tests; a run without a failing test still counts as one failed step.
  if (report.numFailedTests > 0) failed += report.numFailedTests - (names.includes('npm test') ? 1 : 0);
} catch {
  failed += 1;
}
if (passed === 0) failed += 1;
for (const name of names) if (name !== '') console.log(`failed: ${name}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

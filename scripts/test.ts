/**
 * `npm test` runs every test once and ends with the plain line `N passed, N failed` (`, N skipped` may follow). It fails
 * when a test failed, a file could not be read, or nothing was run. `npm test -- PATH` runs the tests under PATH.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The parts of vitest's JSON report that we count. */
interface Report {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	/** A file that cannot be loaded, or whose preparation fails, has failed without any failed test of its own. */
	testResults: { status: string; assertionResults: { status: string }[] }[];
}

const folder = mkdtempSync(join(tmpdir(), 'lanyard-test-'));
const reportPath = join(folder, 'report.json');
const vitest = resolve('node_modules', 'vitest', 'vitest.mjs');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
	stdio: 'inherit',
});
const report: Report | undefined = existsSync(reportPath) ? JSON.parse(readFileSync(reportPath, 'utf8')) : undefined;
rmSync(folder, { recursive: true });

if (!existsSync(process.env['LANYARD_REFERENCE'] ?? resolve('..', 'shared'))) {
	console.log('not run: reference material absent');
}
const passed = report?.numPassedTests ?? 0;
const unread = (report?.testResults ?? []).filter(
	(file) => file.status === 'failed' && !file.assertionResults.some(({ status: result }) => result === 'failed'),
);
const counted = (report?.numFailedTests ?? 0) + unread.length;
// An error outside any test (an unhandled rejection) fails the run without failing a test.
const failed = passed > 0 && counted === 0 && status !== 0 ? 1 : counted;
const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
if (passed + failed === 0) console.log('no test was run');
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);

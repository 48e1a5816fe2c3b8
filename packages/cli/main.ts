import { version } from './version.ts';

const args = process.argv.slice(2);
// Asked for its version alone, the program loads nothing else.
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
	process.stdout.write(`${version}\n`);
} else {
	const { run } = await import('./run.ts');
	process.exitCode = await run(args, (code) => process.exit(code));
}

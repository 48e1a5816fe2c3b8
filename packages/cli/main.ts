import { run } from './run.ts';

// Whoever reads us (`head`, `less`) may have seen enough: that is no failure.
process.stdout.on('error', (failure: NodeJS.ErrnoException) => {
	if (failure.code === 'EPIPE') process.exit(0);
	process.stderr.write(`✗ the result could not be written: ${failure.message}\n`);
	process.exit(1);
});

process.exitCode = await run(process.argv.slice(2), (code) => process.exit(code));

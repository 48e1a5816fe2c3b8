import { run } from './run.ts';

// Whoever reads us (`head`, `less`) may have seen enough: that is no failure.
process.stdout.on('error', (failure: NodeJS.ErrnoException) => {
	if (failure.code !== 'EPIPE') throw failure;
	process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), (code) => process.exit(code));

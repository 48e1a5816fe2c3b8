import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['{packages,sandbox,scripts,bench,e2e}/**/*.test.ts'],
		exclude: ['**/node_modules/**', '**/dist/**'],
		// Vitest leaves one core free, which on two cores is every other one.
		maxWorkers: '100%',
		globalSetup: 'scripts/test-folder.ts',
		// Only what hangs takes so long: a busy machine must not look like it.
		testTimeout: 240_000,
		hookTimeout: 240_000,
		teardownTimeout: 60_000,
	},
});

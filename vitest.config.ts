import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['{packages,sandbox,scripts,bench,e2e}/**/*.test.ts'],
		exclude: ['**/node_modules/**', '**/dist/**'],
		testTimeout: 30_000,
	},
});

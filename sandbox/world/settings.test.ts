import { createMemoryStore } from '@lanyard/sandbox-ground';
import { expect, it } from 'vitest';
import { openSettings } from './settings.ts';

it('keeps the entries of several hosts apart, and forgets a map that is empty', () => {
	const settings = openSettings(createMemoryStore());
	settings.keep({ machine: 'node-1', key: 'routes', host: 'a.azurecr.io', value: 'silent' });
	settings.keep({ machine: 'node-1', key: 'routes', host: 'b.azurecr.io', value: 'refuses' });
	expect(settings.ofMachine('node-1')).toEqual({ routes: { 'a.azurecr.io': 'silent', 'b.azurecr.io': 'refuses' } });
	settings.keep({ machine: 'node-1', key: 'routes', host: 'a.azurecr.io', value: null });
	settings.keep({ machine: 'node-1', key: 'clockAheadMs', value: 1000 });
	expect(settings.ofMachine('node-1')).toEqual({ routes: { 'b.azurecr.io': 'refuses' }, clockAheadMs: 1000 });
	settings.keep({ machine: 'node-1', key: 'routes', host: 'b.azurecr.io', value: null });
	settings.keep({ machine: 'node-1', key: 'clockAheadMs', value: null });
	expect(settings.ofMachine('node-1')).toEqual({});
	expect(settings.ofMachine('node-2')).toEqual({});
});

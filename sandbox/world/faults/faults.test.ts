import { afterAll, beforeAll, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../index.ts';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
	// Makes a deployment, as there is none.
	await sandbox.faults.break('dns-failure', {});
});
afterAll(() => sandbox.close());

it.each([
	[
		'registry-firewal',
		{},
		'"registry-firewal" is no cause that the sandbox knows; did you mean registry-firewall-denied?',
	],
	['nosuch', {}, '"nosuch" is no cause that the sandbox knows'],
	['dns-failure', { target: 'deploymnt/web' }, '"deploymnt/web" names no workload with a pod template'],
	['dns-failure', { target: 'web' }, '"web" names no workload with a pod template'],
	['dns-failure', { target: 'deploy/wbe' }, 'no deployment "wbe" in namespace "default"; did you mean "web"?'],
	['dns-failure', { target: 'sts/web', namespace: 'shop' }, 'no statefulset "web" in namespace "shop"'],
])('does not break %s on %j', (code, target, message) =>
	expect(sandbox.faults.break(code, target)).rejects.toMatchObject({ message }),
);

it.each([
	['dns-failur', 'dns-failur is not broken; did you mean dns-failure?'],
	['rate-limited', 'rate-limited is not broken'],
])('does not mend %s', (code, message) =>
	expect(sandbox.faults.mend(code)).rejects.toMatchObject({ message, found: 'dns-failure' }),
);

/**
 * `npm run conformance -- --suite PATH` runs the official OCI distribution conformance suite, built elsewhere, against a
 * registry of the sandbox, and prints what became of each group. Ends with 1 when one failed.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { openSend } from '@lanyard/clients';
import { startSandbox } from '@lanyard/sandbox-world';

import { appIdOf } from '../az/app-id.ts';
import { tryProgram } from '../set-up/run-program.ts';
import { waysIn } from '../way-in.ts';
import { groupsIn, renderGroups } from './groups.ts';

const { suite, details } = parseArgs({ options: { suite: { type: 'string' }, details: { type: 'boolean' } } }).values;
if (suite === undefined) {
	console.error('usage: npm run conformance -- --suite PATH   (see docs/conformance.md for how to build it)');
	process.exit(2);
}

const registry = 'conformance';
const password = 'a-password-of-this-run';
const folder = mkdtempSync(join(tmpdir(), 'lanyard-conformance-'));
const sandbox = await startSandbox({
	world: {
		settings: { replicationDelay: '0s' },
		tenants: [
			{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }], applications: [{ name: 'suite', password }] },
		],
		subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
		registries: [{ name: registry, group: 'rg' }],
		assignments: [
			{ principal: 'suite', role: 'AcrPush', scope: registry },
			{ principal: 'suite', role: 'AcrDelete', scope: registry },
		],
	},
	onBug: (bug) => console.error(bug),
});
try {
	const { send, close } = openSend({ proxyUrl: sandbox.proxyUrl, ca: sandbox.caPem, userAgent: 'conformance' });
	const user = await appIdOf(send, sandbox.signIn, 'suite');
	await close();
	const roots = join(folder, 'roots.pem');
	writeFileSync(roots, sandbox.caPem);
	const { status, stdout, stderr } = await tryProgram(resolve(suite), [], {
		cwd: folder,
		env: {
			...waysIn['registry client']({ ...sandbox, caFile: roots }),
			OCI_REGISTRY: `${registry}.azurecr.io`,
			OCI_USERNAME: user,
			OCI_PASSWORD: password,
			OCI_RESULTS_DIR: folder,
			OCI_VERSION: '1.1',
			// The specification leaves other algorithms to the registry; whether ACR has one is not known.
			OCI_DATA_SHA512: 'false',
			OCI_API_BLOBS_UPLOAD_CANCEL: 'true',
			OCI_API_MANIFESTS_DIGEST_HEADER: 'true',
		},
	});
	if (details) console.log(stdout);
	if (stderr !== '') console.error(stderr.trim());
	console.log(renderGroups(groupsIn(readFileSync(join(folder, 'junit.xml'), 'utf8'))));
	process.exitCode = status === 0 ? 0 : 1;
} finally {
	await sandbox.close();
	rmSync(folder, { recursive: true });
}

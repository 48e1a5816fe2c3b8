import { type Clock, Problem, Secret } from '@lanyard/core';
import { decodeJwt, type EntraToken, entraToken, numberField, stringField } from '@lanyard/wire';
import type { RunProgram } from './run-program.ts';
import { keepTokens, type SignIn } from './sign-in.ts';

/** Signs in as whoever `az login` signed in. */
export function signInWithAzureCli(o: { run: RunProgram; clock: Clock; tenantId?: string | undefined }): SignIn {
	const tenant = o.tenantId === undefined ? [] : ['--tenant', o.tenantId];
	return keepTokens(o.clock, async (audience) => {
		const args = ['account', 'get-access-token', '--resource', audience, '--output', 'json', ...tenant];
		return parseAzToken(await runAz(o.run, args), audience);
	});
}

async function runAz(run: RunProgram, args: readonly string[]): Promise<string> {
	const { exitCode, stdout, stderr } = await run('az', args).catch((cause: unknown) => {
		throw new Problem('not-signed-in', { wanted: 'a token from az', found: 'az cannot be started', cause });
	});
	if (exitCode === 0) return stdout;
	// Its whole output is not shown: extensions and --debug settings may print tokens.
	const found = /az login/.test(stderr) ? 'az says: run az login' : `az ended with exit code ${exitCode}`;
	throw new Problem('not-signed-in', { wanted: 'a token from az', found });
}

/** `expires_on` counts in seconds since 2.54; older ones tell a local time only, so the token itself is asked. */
function parseAzToken(stdout: string, audience: string): EntraToken {
	const answer = parseJson(stdout);
	const value = new Secret(stringField(answer, 'accessToken'));
	const endsAt = decodeJwt(value).endsAt ?? new Date(numberField(answer, 'expires_on') * 1000);
	return entraToken(value, { audience, endsAt });
}

function parseJson(stdout: string): unknown {
	try {
		return JSON.parse(stdout);
	} catch {
		// The parser's message quotes the output, which is a token.
		throw new Problem('unexpected-answer', { where: 'az account get-access-token', wanted: 'JSON' });
	}
}

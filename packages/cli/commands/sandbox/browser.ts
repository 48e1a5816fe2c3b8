import { type ExitCode, Problem } from '@lanyard/core';
import { z } from 'zod/mini';

import { readSandboxAccess } from '../../session/sandbox-access.ts';
import type { Context } from '../context.ts';
import { askAdmin, type NamedFlags } from './admin.ts';

const userSchema = z.object({ user: z.string() });

/**
 * `lanyard sandbox browser URL`: what $BROWSER is in a sandbox shell. Signs in the world's first user at the world's own page, and
 * brings the answer back to the program that waits for it on this machine.
 */
export async function sandboxBrowser(context: Context, flags: NamedFlags & { url: string }): Promise<ExitCode> {
	const { user } = userSchema.parse(await askAdmin(context, flags.name, { route: 'GET /status' }));
	const { proxyUrl, caPem } = await readSandboxAccess(context.config.stateDir().path, flags.name);
	const { openSend } = await import('@lanyard/clients');
	const world = openSend({ proxyUrl, ca: caPem, noProxy: '', userAgent: 'lanyard' });
	const here = openSend({ userAgent: 'lanyard' });
	try {
		const post = (fields: Record<string, string>) =>
			world.send(new Request(flags.url, { method: 'POST', body: new URLSearchParams(fields) }));
		const page = await post({ username: user, password: '', do: 'approve' });
		// A user with a password has to type it: let the program know that nobody signed in here.
		const answer = page.status < 400 ? page : await post({ do: 'decline' });
		await here.send(await readSignInPage(answer));
		return 0;
	} finally {
		await world.close();
		await here.close();
	}
}

/** What a browser does with the answer of a sign-in page: it follows a redirect, or sends a form. To this machine only. */
export async function readSignInPage(answer: Response): Promise<Request> {
	const location = answer.headers.get('location');
	if (location !== null) return new Request(onThisMachine(location));
	const html = await answer.text();
	const [, action = ''] = html.match(/<form method="post" action="([^"]*)"/) ?? [];
	const inputs = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
	const fields = inputs.map(([, name = '', value = '']): [string, string] => [unescape(name), unescape(value)]);
	return new Request(onThisMachine(unescape(action)), { method: 'POST', body: new URLSearchParams(fields) });
}

function onThisMachine(url: string): string {
	if (/^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?(?:\/|\?|$)/.test(url)) return url;
	throw new Problem('unexpected-answer', { wanted: 'an address of this machine to go back to', found: url || 'none' });
}

function unescape(text: string): string {
	return text.replaceAll(/&#(\d+);/g, (_sign, code: string) => String.fromCodePoint(Number(code)));
}

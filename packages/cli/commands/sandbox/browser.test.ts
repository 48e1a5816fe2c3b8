import { expect, it } from 'vitest';

import { readSignInPage } from './browser.ts';

it('follows a redirect to this machine', async () => {
	const answer = new Response(null, {
		status: 302,
		headers: { location: 'http://localhost:8400/?code=1.abc&state=s' },
	});
	expect((await readSignInPage(answer)).url).toBe('http://localhost:8400/?code=1.abc&state=s');
});

it('sends the form of a page as a browser does', async () => {
	const page = `<form method="post" action="http://localhost:8400/"><input type="hidden" name="code" value="1.a&#34;b"><input type="hidden" name="state" value="s"><button>Continue</button></form>`;
	const request = await readSignInPage(new Response(page));
	expect([request.method, request.url, await request.text()]).toEqual([
		'POST',
		'http://localhost:8400/',
		'code=1.a%22b&state=s',
	]);
});

it.each([
	['a redirect elsewhere', new Response(null, { headers: { location: 'http://localhost.evil.example/?code=1' } })],
	['a form for elsewhere', new Response('<form method="post" action="https://evil.example/">')],
	['a page without a form', new Response('<h1>Sign in</h1>')],
])('carries no code away: %s', async (_name, answer) => {
	await expect(readSignInPage(answer)).rejects.toMatchObject({ code: 'unexpected-answer' });
});

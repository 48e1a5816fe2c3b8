import { createHash, randomBytes } from 'node:crypto';
import type { Visit } from '@lanyard/sandbox-ground';
import { fingerprintOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import type { Asked, Granted } from './asked.ts';
import { refusePrivateClient } from './public-client.ts';
import { entraRefusals } from './refusal.data.ts';
import { escape, page, signInForm, userOfForm } from './sign-in-page.ts';

/** A code is for at once: it lives 10 minutes and is good for one sign-in (RFC 6749 section 4.1.2). */
const lifetimeMs = 10 * 60_000;

/** Public clients get their codes on this machine only (Microsoft identity platform, "Localhost exceptions"). */
const loopback = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/|$)/;

/** The page of a sign-in with a browser; a request that no code can come of is answered with a message. */
export function showAuthorizePage(state: State, asked: Asked, message?: string): Response {
	const { field } = asked;
	const refusal = refusePrivateClient(state, asked);
	if (refusal) return page('Sign in', `<p>AADSTS${refusal.code}: ${escape(refusal.text)}</p>`, 400);
	if (!loopback.test(field('redirect_uri'))) {
		const words = `AADSTS50011: The redirect URI '${field('redirect_uri')}' specified in the request does not match the redirect URIs configured for the application '${field('client_id')}'.`;
		return page('Sign in', `<p>${escape(words)}</p>`, 400);
	}
	if (field('response_type') !== 'code' || field('code_challenge_method') !== 'S256' || !field('code_challenge')) {
		const words = "AADSTS501491: only response_type 'code' with a code_challenge of method S256 is served here.";
		return page('Sign in', `<p>${escape(words)}</p>`, 400);
	}
	return page('Sign in', signInForm('', message), message === undefined ? 200 : 400);
}

/** Takes the page's form; gives the client its code, by a form of its own or by a redirect, as it asked. */
export function answerAuthorizePage(
	state: State,
	asked: Asked,
	{ form, visit }: { form: URLSearchParams; visit: Visit },
) {
	const { tenant, field } = asked;
	const shown = showAuthorizePage(state, asked);
	if (shown.status !== 200) return shown;
	if (form.get('do') === 'decline') return send(asked, { error: 'access_denied' });
	const about = { action: 'sign-in (browser)', scope: tenant?.domain ?? 'organizations' };
	const signedIn = userOfForm(state, form, tenant?.id);
	if ('refusal' in signedIn) {
		const reason = `AADSTS${signedIn.refusal.code}: ${signedIn.refusal.text}`;
		visit.decided({ ...about, allowed: false, reason });
		return showAuthorizePage(state, asked, reason);
	}
	const { user } = signedIn;
	visit.isFrom(user.name);
	visit.decided({ ...about, allowed: true, reason: `"${user.name}" signed in` });
	const code = `1.${randomBytes(64).toString('base64url')}`;
	state.directory.keepCode(fingerprintOf(code), {
		objectId: user.objectId,
		clientId: field('client_id'),
		redirectUri: field('redirect_uri'),
		challenge: field('code_challenge'),
		nonce: field('nonce'),
		scope: field('scope'),
		endsAt: state.clock.after(lifetimeMs).toISOString(),
	});
	const clientInfo = Buffer.from(JSON.stringify({ uid: user.objectId, utid: user.tenantId })).toString('base64url');
	return send(asked, { code, client_info: clientInfo });
}

/** `form_post` needs a page that is sent on; without script that is one press of a button (OAuth 2.0 Form Post Response Mode). */
function send({ field }: Asked, words: Record<string, string>): Response {
	const answer = { ...words, state: field('state') };
	if (field('response_mode') !== 'form_post') {
		const target = new URL(field('redirect_uri'));
		for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
		return new Response(null, { status: 302, headers: { location: target.href } });
	}
	const inputs = Object.entries(answer).map(
		([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
	);
	const action = escape(field('redirect_uri'));
	return page('Signed in', `<form method="post" action="${action}">${inputs.join('')}<button>Continue</button></form>`);
}

/** Who a code stands for: its client, its redirect and the verifier of its challenge must be shown again (RFC 7636). */
export function grantOfCode({ directory, clock }: State, { tenant, field }: Asked): Granted {
	const known = directory.takeCode(fingerprintOf(field('code')));
	const verifier = createHash('sha256').update(field('code_verifier')).digest('base64url');
	const isRight =
		known?.clientId === field('client_id') &&
		known.redirectUri === field('redirect_uri') &&
		known.challenge === verifier &&
		new Date(known.endsAt) > clock.now();
	const user = isRight ? directory.principal(known.objectId) : undefined;
	if (!known || user?.kind !== 'User') return { refusal: entraRefusals.badCode() };
	if (tenant && user.tenantId !== tenant.id) return { refusal: entraRefusals.unknownUser(user.name, tenant.domain) };
	return { principal: user, clientId: known.clientId, scope: known.scope, nonce: known.nonce };
}

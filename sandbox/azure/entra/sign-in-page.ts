/**
 * The pages on which a person signs in: for a device, or for a browser sign-in. They ask for a name and a password; a user for whom
 * the world declares no password signs in by name alone, and the page says so. No script, no cookie, nothing is remembered.
 */
import type { State } from '../state.ts';
import { isDisabled, knowsPassword } from './user-account.ts';
import { hasAppeared, type User } from './model.ts';
import { entraRefusals } from './refusal.data.ts';
import type { EntraRefusal } from './refusal.ts';

/** Whoever a form names, if the password is right. */
export function userOfForm(
	state: State,
	form: URLSearchParams,
	tenantId?: string,
): { user: User } | { refusal: EntraRefusal } {
	const name = form.get('username') ?? '';
	const user = state.directory.user(name.trim());
	const isOfTenant = tenantId === undefined || user?.tenantId === tenantId;
	if (!user || !isOfTenant || !hasAppeared(user, state.clock.now())) {
		return { refusal: entraRefusals.unknownUser(name, tenantId ?? 'organizations') };
	}
	const hasPassword = state.directory.passwords(user.objectId).length > 0;
	if (hasPassword && !knowsPassword(state, user, form.get('password') ?? '')) {
		return { refusal: entraRefusals.wrongPassword() };
	}
	return isDisabled(user) ? { refusal: entraRefusals.disabledUser() } : { user };
}

/** A page with a form, or with nothing but a message. */
export function page(title: string, content: string, status = 200): Response {
	const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title></head>
<body><h1>${escape(title)}</h1>${content}<p><small>Lanyard sandbox: not Microsoft, nothing typed here leaves this machine.</small></p></body></html>`;
	return new Response(html, {
		status,
		headers: {
			'content-type': 'text/html; charset=utf-8',
			'cache-control': 'no-store',
			'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
			'x-frame-options': 'DENY',
		},
	});
}

/** The form's fields for a name and a password, after whatever else it asks for. */
export function signInForm(fields: string, message = ''): string {
	return `<p role="alert">${escape(message)}</p><form method="post">${fields}
<p><label>User <input name="username" autocomplete="username" placeholder="ana@contoso.onmicrosoft.com"></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password"></label> (leave empty for a user for whom the world declares none)</p>
<p><button name="do" value="approve">Sign in</button> <button name="do" value="decline">Cancel</button></p></form>`;
}

/** Text that stays text inside a page. */
export function escape(text: string): string {
	return text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}

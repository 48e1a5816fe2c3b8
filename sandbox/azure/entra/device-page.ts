import type { Visit } from '@lanyard/sandbox-ground';
import type { State } from '../state.ts';
import { escape, page, signInForm, userOfForm } from './sign-in-page.ts';

const title = 'Enter the code';

/** The page that a device code sends people to. */
export function showDevicePage(message = '', status = 200, code = ''): Response {
	const field = `<p><label>Code <input name="otc" value="${escape(code)}" autocomplete="off"></label></p>`;
	return page(title, signInForm(field, message), status);
}

/** Takes the code, and whoever signs in for it. */
export function answerDevicePage(state: State, form: URLSearchParams, visit: Visit): Response {
	const { directory, clock } = state;
	const code = form.get('otc') ?? '';
	const about = { action: 'sign-in (device page)', scope: 'login.microsoftonline.com' };
	const refuse = (message: string) => {
		visit.decided({ ...about, allowed: false, reason: message });
		return showDevicePage(message, 400, code);
	};
	const [fingerprint, waiting] = directory.deviceCodeOf(code, clock.now()) ?? [];
	if (fingerprint === undefined || waiting === undefined || waiting.answer !== undefined) {
		return refuse("That code didn't work. Check the code and try again.");
	}
	if (form.get('do') === 'decline') {
		directory.keepDeviceCode(fingerprint, { ...waiting, answer: 'declined' });
		visit.decided({ ...about, allowed: false, reason: 'the code was declined' });
		return page('Cancelled', '<p>The device was not signed in.</p>');
	}
	const signedIn = userOfForm(state, form, directory.tenant(waiting.tenant)?.id);
	if ('refusal' in signedIn) return refuse(`AADSTS${signedIn.refusal.code}: ${signedIn.refusal.text}`);
	const { user } = signedIn;
	directory.keepDeviceCode(fingerprint, { ...waiting, answer: { approvedBy: user.objectId } });
	visit.isFrom(user.name);
	visit.decided({ ...about, allowed: true, reason: `"${user.name}" approved the code of a device` });
	return page('You are signed in', `<p>${escape(user.name)} is signed in on the device. You may close this page.</p>`);
}

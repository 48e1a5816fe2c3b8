import type { Handler } from '@lanyard/sandbox-ground';
import type { RegistryAnswer } from './settings.ts';

/** The handler of a registry, with the answers that were set standing before its own. */
export function behindAnswers(handler: Handler, answers: () => RegistryAnswer[]): Handler {
	return async (request, visit) => {
		const part = partOf(new URL(request.url).pathname);
		const found = answers().find(({ at }) => at === 'any' || at === part);
		if (!found) return handler(request, visit);
		const reason = `the registry is set to answer ${found.status === 0 ? 'nothing' : found.status} here`;
		visit.decided({ allowed: false, action: part, scope: new URL(request.url).host, reason });
		return answerOf(found, request.method);
	};
}

function partOf(path: string): RegistryAnswer['at'] {
	if (path === '/oauth2/exchange') return 'exchange';
	if (path === '/oauth2/token') return 'token';
	if (path.includes('/manifests/')) return 'manifest';
	return path.includes('/blobs/') ? 'blob' : 'challenge';
}

function answerOf({ status, error, headers = {} }: RegistryAnswer, method: string): Response {
	if (status === 0) return Response.error();
	// A length that is told where there is no body would keep the client waiting.
	const { 'content-length': _length, ...others } = headers;
	if (!error) return new Response(null, { status, headers: method === 'HEAD' ? headers : others });
	return Response.json({ errors: [{ ...error, detail: null }] }, { status, headers });
}

/** One request as the registry saw it; what a vector keeps of it holds no credential. */
export interface RequestRecord {
	host: string;
	method: string;
	/** With its query. */
	path: string;
	/** `none`, `Basic USER` or `Bearer`. */
	authorization: string;
	/** The fields of a form, less the secret ones. */
	form?: Record<string, string>;
	/** `hung up` when there was no answer. */
	status: number | 'hung up';
}

/** A record with what the run itself needs to know: when it was, and whose it was. */
export interface Sighting extends RequestRecord {
	atMs: number;
	/** The repository it was about, where it names one. */
	repository?: string;
	/** The Entra token that was handed out or brought along: it ties an IMDS request to the registry it was for. */
	entraToken?: string;
}

const secretFields = new Set(['access_token', 'refresh_token', 'password']);

/** What is known of a request before it is answered. */
export function sightRequest(request: Request, form: URLSearchParams | undefined): Omit<Sighting, 'status'> {
	const { host, pathname, search } = new URL(request.url);
	const repository = repositoryOf(pathname, form?.get('scope') ?? new URLSearchParams(search).get('scope'));
	const shown = form && Object.fromEntries([...form].filter(([name]) => !secretFields.has(name)));
	const entraToken = form?.get('access_token');
	return {
		atMs: performance.now(),
		host,
		method: request.method,
		path: pathname + search,
		authorization: describeAuthorization(request.headers.get('authorization')),
		...(shown && { form: shown }),
		...(repository && { repository }),
		...(entraToken && { entraToken }),
	};
}

/** User and password of a Basic header. */
export function parseBasic(header: string | null): { user: string; password: string } | undefined {
	const encoded = /^Basic (.+)$/i.exec(header ?? '')?.[1];
	if (encoded === undefined) return undefined;
	const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
	return { user, password: rest.join(':') };
}

function describeAuthorization(header: string | null): string {
	const basic = parseBasic(header);
	if (basic) return `Basic ${basic.user}`;
	return header?.split(' ')[0] ?? 'none';
}

function repositoryOf(path: string, scope: string | null): string | undefined {
	const inPath = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(path)?.[1];
	const inStorage = /^\/layers\/([^/]+)\//.exec(path)?.[1];
	if (inStorage !== undefined) return decodeURIComponent(inStorage);
	return inPath ?? /^repository:([^:]+):/.exec(scope ?? '')?.[1];
}

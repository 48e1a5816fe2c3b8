/* Kinds that are asked, not kept: who am I, what may I do, whose token is this. */
import { at, type Fields, fieldsAt, isFields, listAt, textAt } from '../../json.ts';
import { parseObject, stamp } from '../../kube-object.ts';
import { ApiError, badRequest, invalid } from '../api-error.ts';
import type { WriteContext } from '../create.ts';
import { noteManager } from '../managed-fields.ts';
import type { Ask } from '../request-target.ts';
import type { Attributes, User, Verdict } from './attributes.ts';
import type { Authentication } from './authentication.ts';
import type { Authorizer } from './authorizer.ts';
import { rulesOf } from './rbac.ts';
import type { Rule } from './rules.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

export interface ReviewContext extends WriteContext {
	authentication: Authentication;
	authorizer: Authorizer;
	tokens: ServiceAccountTokens;
}

type Review = (context: ReviewContext, ask: Ask, body: Fields) => Promise<Fields>;

const reviews: Record<string, Review> = {
	LocalSubjectAccessReview: reviewLocally,
	SelfSubjectAccessReview: (context, { user }, body) => reviewAccess(context, user, body),
	SelfSubjectReview: reviewSelf,
	SelfSubjectRulesReview: reviewRules,
	SubjectAccessReview: (context, _ask, body) => reviewAccess(context, subjectOf(body), body),
	TokenReview: reviewToken,
};

/** Answers a review; undefined for a kind that is kept. */
export async function answerReview(context: ReviewContext, ask: Ask, body: Fields): Promise<Fields | undefined> {
	const { kind } = ask.target.resource;
	const review = reviews[kind];
	if (!review) return undefined;
	const status = await review(context, ask, body);
	if (kind === 'SelfSubjectReview') {
		return { ...body, metadata: { creationTimestamp: stamp(context.clock.now()) }, status };
	}
	if (kind === 'SelfSubjectRulesReview') return { ...body, metadata: {}, spec: {}, status };
	const { managedFields } = noteManager(ask, parseObject(body), { now: context.clock.now() }).metadata;
	return {
		...body,
		metadata: { ...fieldsAt(body, 'metadata'), ...(managedFields !== undefined && { managedFields }) },
		status,
	};
}

function reviewLocally(context: ReviewContext, { target }: Ask, body: Fields): Promise<Fields> {
	const namespace = textAt(body, 'spec', 'resourceAttributes', 'namespace');
	if (namespace !== target.namespace) {
		throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${target.namespace ?? ''}`);
	}
	return reviewAccess(context, subjectOf(body), body);
}

async function reviewAccess({ authorizer }: ReviewContext, user: User, body: Fields): Promise<Fields> {
	return renderVerdict(await authorizer.decide(user, readAttributes(body)));
}

function renderVerdict({ allowed, reason }: Verdict): Fields {
	return { allowed, ...(reason !== '' && { reason }) };
}

function subjectOf(body: Fields): User {
	const spec = fieldsAt(body, 'spec');
	return { name: textAt(spec, 'user'), groups: listAt(spec, 'groups').map(String), uid: textAt(spec, 'uid') };
}

function readAttributes(body: Fields): Attributes {
	const resource = at(body, 'spec', 'resourceAttributes');
	const path = at(body, 'spec', 'nonResourceAttributes');
	if ((resource === undefined) === (path === undefined)) {
		const message = 'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified';
		throw invalid({ group: 'authorization.k8s.io', kind: textAt(body, 'kind') }, '', [
			{ field: 'spec.resourceAttributes', message, reason: 'FieldValueInvalid' },
		]);
	}
	if (path !== undefined) return { verb: textAt(path, 'verb'), path: textAt(path, 'path') };
	const [subresource, namespace, name] = ['subresource', 'namespace', 'name'].map((field) => textAt(resource, field));
	return {
		verb: textAt(resource, 'verb'),
		group: textAt(resource, 'group'),
		version: textAt(resource, 'version'),
		resource: textAt(resource, 'resource'),
		...(subresource !== '' && subresource !== undefined && { subresource }),
		...(namespace !== '' && namespace !== undefined && { namespace }),
		...(name !== '' && name !== undefined && { name }),
	};
}

function reviewSelf(_context: ReviewContext, { user }: Ask): Promise<Fields> {
	return Promise.resolve({ userInfo: renderUser(user) });
}

function renderUser({ name, uid, groups, extra }: User): Fields {
	return {
		username: name,
		...(uid !== undefined && uid !== '' && { uid }),
		...(groups.length > 0 && { groups }),
		...(extra && { extra }),
	};
}

function reviewRules({ storage }: ReviewContext, { user }: Ask, body: Fields): Promise<Fields> {
	const namespace = textAt(body, 'spec', 'namespace');
	if (namespace === '') throw badRequest('no namespace on request');
	const rules = rulesOf(storage, user, namespace);
	const resourceRules = rules.filter(({ resources }) => resources.length > 0).map(renderResourceRule);
	const nonResourceRules = rules
		.filter(({ nonResourceURLs }) => nonResourceURLs.length > 0)
		.map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
	return Promise.resolve({ resourceRules, nonResourceRules, incomplete: false });
}

function renderResourceRule({ verbs, apiGroups, resources, resourceNames }: Rule): Fields {
	return { verbs, apiGroups, resources, ...(resourceNames.length > 0 && { resourceNames }) };
}

async function reviewToken({ authentication, tokens }: ReviewContext, _ask: Ask, body: Fields): Promise<Fields> {
	const token = textAt(body, 'spec', 'token');
	if (token === '') throw badRequest('token is required for TokenReview in authentication');
	const wanted = listAt(body, 'spec', 'audiences').map(String);
	const audiences = wanted.length > 0 ? wanted : [tokens.issuer];
	const account = await tokens.check(token, audiences);
	if (account) return { authenticated: true, user: renderUser(account.user), audiences: account.audiences };
	const user = await authentication.userOf(token);
	if (user) return { authenticated: true, user: renderUser(user), audiences };
	return { user: {}, error: 'invalid bearer token' };
}

const shortestSeconds = 600;

/** POST to a service account's `token`. */
export async function requestToken({ storage, tokens }: ReviewContext, ask: Ask, body: Fields): Promise<Fields> {
	const { namespace = '', name = '' } = ask.target;
	const seconds = Number(at(body, 'spec', 'expirationSeconds') ?? 3600);
	if (seconds < shortestSeconds) {
		const message = `Invalid value: ${seconds}: may not specify a duration less than 10 minutes`;
		throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [
			{ field: 'spec.expirationSeconds', message, reason: 'FieldValueInvalid' },
		]);
	}
	const account = storage.get(`/serviceaccounts/${namespace}/${name}`);
	if (!account) {
		const message = `serviceaccounts "${name}" not found`;
		throw new ApiError(404, 'NotFound', { message, details: { name, kind: 'serviceaccounts' } });
	}
	const bound = boundObject(body);
	const audiences = listAt(body, 'spec', 'audiences').map(String);
	const { token, endsAt } = await tokens.issue({
		namespace,
		serviceAccount: { name, uid: account.metadata.uid },
		audiences,
		seconds,
		...(bound && { boundTo: bound }),
	});
	const spec = {
		...fieldsAt(body, 'spec'),
		audiences: audiences.length > 0 ? audiences : [tokens.issuer],
		expirationSeconds: seconds,
	};
	const metadata = { name, namespace, creationTimestamp: account.metadata.creationTimestamp };
	return {
		...body,
		metadata,
		spec: { boundObjectRef: null, ...spec },
		status: { token, expirationTimestamp: stamp(endsAt) },
	};
}

function boundObject(body: Fields): { kind: string; name: string; uid: string } | undefined {
	const reference = at(body, 'spec', 'boundObjectRef');
	if (!isFields(reference)) return undefined;
	return { kind: textAt(reference, 'kind'), name: textAt(reference, 'name'), uid: textAt(reference, 'uid') };
}

import { randomUUID } from 'node:crypto';
import type { Application, FederatedCredential } from '../entra/model.ts';
import { json, noContent, root } from './answer.ts';
import { type Ask, find, refuse, type Reply } from './ask.ts';
import { type GraphRefusal, graphRefusals, isRefusal } from './refusal.ts';

/** No application has more (Entra, "Workload identity federation considerations"). */
const most = 20;

/** `GET /applications/ID/federatedIdentityCredentials` */
export function listFederated(ask: Ask): Reply {
	const application = find(ask, 'Application', ask.segments[1] ?? '');
	if (isRefusal(application)) return application;
	const value = ask.state.directory.federated(application.appId).map(bodyOf);
	return json({ '@odata.context': contextOf(application), value });
}

/** `GET …/federatedIdentityCredentials/ID` or `/NAME` */
export function showFederated(ask: Ask): Reply {
	const found = findFederated(ask);
	if (isRefusal(found)) return found;
	return json({ '@odata.context': `${contextOf(found.application)}/$entity`, ...bodyOf(found.credential) });
}

/** `POST …/federatedIdentityCredentials` */
export function createFederated(ask: Ask): Reply {
	const application = applicationToChange(ask);
	if (isRefusal(application)) return application;
	const written = parseFederated(ask.body, { id: randomUUID() });
	if (isRefusal(written)) return written;
	const problem = conflictOf(ask, application, written);
	if (problem) return problem;
	ask.state.directory.putFederated(application.appId, written);
	const location = `https://graph.microsoft.com/v2/${application.tenantId}/federatedIdentityCredentials/${written.id}`;
	const body = { '@odata.context': `${contextOf(application)}/$entity`, ...bodyOf(written) };
	return json(body, { status: 201, headers: { location } });
}

/** `PATCH …/federatedIdentityCredentials/ID` */
export function changeFederated(ask: Ask): Reply {
	const application = applicationToChange(ask);
	if (isRefusal(application)) return application;
	const found = findFederated(ask);
	if (isRefusal(found)) return found;
	const { name } = ask.body;
	if (name !== undefined && name !== found.credential.name) return graphRefusals.readOnly('name');
	const written = parseFederated(ask.body, found.credential);
	if (isRefusal(written)) return written;
	const problem = conflictOf(ask, application, written);
	if (problem) return problem;
	ask.state.directory.putFederated(application.appId, written);
	return noContent();
}

/** `DELETE …/federatedIdentityCredentials/ID` */
export function deleteFederated(ask: Ask): Reply {
	const application = applicationToChange(ask);
	if (isRefusal(application)) return application;
	const found = findFederated(ask);
	if (isRefusal(found)) return found;
	ask.state.directory.removeFederated(application.appId, found.credential.id);
	return noContent();
}

function bodyOf({ id, name, issuer, subject, audiences, description }: FederatedCredential) {
	return { id, name, issuer, subject, description: description ?? null, audiences };
}

function contextOf({ objectId }: Application): string {
	return `${root}/$metadata#applications('${objectId}')/federatedIdentityCredentials`;
}

function applicationToChange(ask: Ask): Application | GraphRefusal {
	const application = find(ask, 'Application', ask.segments[1] ?? '');
	if (isRefusal(application)) return application;
	const scope = `/applications/${application.objectId}`;
	return refuse(ask, { action: 'applications/credentials/update', scope, object: application }) ?? application;
}

function findFederated(ask: Ask): { application: Application; credential: FederatedCredential } | GraphRefusal {
	const application = find(ask, 'Application', ask.segments[1] ?? '');
	if (isRefusal(application)) return application;
	const wanted = ask.segments[3] ?? '';
	const known = ask.state.directory.federated(application.appId);
	const credential = known.find(({ id, name }) => id === wanted.toLowerCase() || name === wanted);
	return credential ? { application, credential } : graphRefusals.notFound(wanted);
}

function parseFederated(
	body: Record<string, unknown>,
	before: Partial<FederatedCredential> & { id: string },
): FederatedCredential | GraphRefusal {
	const text = (property: 'name' | 'issuer' | 'subject') => {
		const value = body[property] ?? before[property];
		return typeof value === 'string' && value !== '' && value.length <= 600 ? value : undefined;
	};
	const [name, issuer, subject] = [text('name'), text('issuer'), text('subject')];
	if (name === undefined || !/^[\w-]{3,120}$/.test(name)) return graphRefusals.badValue('name');
	if (issuer === undefined) return graphRefusals.badValue('issuer');
	if (subject === undefined) return graphRefusals.badValue('subject');
	const audiences = body['audiences'] ?? before.audiences;
	if (!Array.isArray(audiences) || audiences.length !== 1) return graphRefusals.badValue('audiences');
	const [audience]: unknown[] = audiences;
	if (typeof audience !== 'string' || audience === '') return graphRefusals.badValue('audiences');
	const description = body['description'] ?? before.description;
	const said = typeof description === 'string' ? { description } : {};
	return { id: before.id, name, issuer, subject, audiences: [audience], ...said };
}

function conflictOf({ state }: Ask, { appId }: Application, written: FederatedCredential): GraphRefusal | undefined {
	const others = state.directory.federated(appId).filter(({ id }) => id !== written.id);
	if (others.length >= most) return graphRefusals.federatedFull();
	if (others.some(({ name }) => name === written.name)) return graphRefusals.federatedExists(written.name);
	const isTwin = others.some(({ issuer, subject }) => issuer === written.issuer && subject === written.subject);
	return isTwin ? graphRefusals.federatedTwin() : undefined;
}

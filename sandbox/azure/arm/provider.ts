import type { State } from '../state.ts';
import { type Ask, refuse, scopeTo } from './ask.ts';
import type { Answered, Arm } from './handler.ts';
import type { Json } from './json-body.ts';
import { regionNames } from './location.ts';
import { listResponse } from './page.ts';
import { providers } from './provider.data.ts';
import { armRefusals } from './refusal.ts';

const names = Object.keys(providers);

type RegistrationState = 'Registered' | 'Registering' | 'Unregistering' | 'Unregistered';

/** What a subscription asked for, and until when Azure is at it. */
interface Registration {
	wanted: 'Registered' | 'Unregistered';
	/** RFC 3339. */
	until: string;
}

/** Minutes in Azure; nobody likes to wait. */
const registrationMs = 5_000;

/** `Microsoft.ContainerRegistry` for its name in any case. */
export function findProvider(namespace: string): string | undefined {
	return names.find((name) => name.toLowerCase() === namespace.toLowerCase());
}

/** Whether a namespace looks like one; Azure has many more than this world. */
export function isNamespace(namespace: string): boolean {
	return /^[a-z0-9]+(\.[a-z0-9]+)+$/i.test(namespace);
}

/** The refusal of a write in a namespace that the subscription is not registered for. */
export function refuseUnregistered({ state, segments }: Ask, namespace: string): Response | undefined {
	const found = registrationOf(state, segments[1] ?? '', namespace);
	return ['Registered', 'Registering'].includes(found) ? undefined : armRefusals.providerNotRegistered(namespace);
}

/** Providers: which there are, what they have, whether the subscription is registered for them. */
export function addProviders(app: Arm, answered: Answered): void {
	const one = '/subscriptions/:subscription/providers/:namespace';
	app.get('/subscriptions/:subscription/providers', answered(list));
	app.get(one, answered(show));
	app.post(
		`${one}/register`,
		answered((ask) => register(ask, 'Registered')),
	);
	app.post(
		`${one}/unregister`,
		answered((ask) => register(ask, 'Unregistered')),
	);
}

function list(ask: Ask): Response {
	const refused = refuse(ask, 'Microsoft.Resources/subscriptions/providers/read', scopeTo(ask, 2));
	return refused ?? listResponse(ask, names, (name) => providerBody(ask, name));
}

function show(ask: Ask): Response {
	const namespace = ask.segments[3] ?? '';
	const refused = refuse(ask, 'Microsoft.Resources/subscriptions/providers/read', scopeTo(ask, 2));
	if (refused) return refused;
	const name = findProvider(namespace);
	return name === undefined ? armRefusals.unknownNamespace(namespace) : Response.json(providerBody(ask, name));
}

function register(ask: Ask, wanted: Registration['wanted']): Response {
	const namespace = ask.segments[3] ?? '';
	const name = findProvider(namespace);
	const verb = wanted === 'Registered' ? 'register' : 'unregister';
	const refused = refuse(ask, `${name ?? namespace}/${verb}/action`, scopeTo(ask, 2));
	if (refused) return refused;
	if (name === undefined) return armRefusals.unknownNamespace(namespace);
	const { store, clock } = ask.state;
	const registration: Registration = { wanted, until: clock.after(registrationMs).toISOString() };
	store.table<Registration>('arm/registrations').set(keyOf(ask.segments[1] ?? '', name), registration);
	return Response.json(providerBody(ask, name));
}

function registrationOf({ store, clock }: State, subscriptionId: string, name: string): RegistrationState {
	const told = store.table<Registration>('arm/registrations').get(keyOf(subscriptionId, name));
	if (!told) return providers[name]?.onRequest ? 'Unregistered' : 'Registered';
	if (new Date(told.until) <= clock.now()) return told.wanted;
	return told.wanted === 'Registered' ? 'Registering' : 'Unregistering';
}

function keyOf(subscriptionId: string, name: string): string {
	return `${subscriptionId}|${name}`.toLowerCase();
}

function providerBody({ state, segments }: Ask, name: string): Json {
	const { types = [], apiVersions = [], locations = regionNames, authorization, onRequest } = providers[name] ?? {};
	return {
		id: `/subscriptions/${segments[1] ?? ''}/providers/${name}`,
		namespace: name,
		...(authorization && { authorization }),
		resourceTypes: types.map((resourceType) => {
			return { resourceType, locations, apiVersions: apiVersions.toReversed(), capabilities: 'None' };
		}),
		registrationState: registrationOf(state, segments[1] ?? '', name),
		registrationPolicy: onRequest ? 'RegistrationRequired' : 'RegistrationFree',
	};
}

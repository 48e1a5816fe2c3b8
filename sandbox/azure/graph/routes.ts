import {
	changeApplication,
	createApplication,
	deleteApplication,
	listApplications,
	listDeleted,
	purgeDeleted,
	restoreDeleted,
	showApplication,
} from './application-handler.ts';
import { addPassword, removePassword } from './credential-handler.ts';
import {
	checkMemberGroups,
	getByIds,
	getMemberGroups,
	listMemberOf,
	showDirectoryObject,
} from './directory-object-handler.ts';
import {
	changeFederated,
	createFederated,
	deleteFederated,
	listFederated,
	showFederated,
} from './federated-handler.ts';
import { changeGroup, createGroup, deleteGroup, listGroups, showGroup } from './group-handler.ts';
import type { Answered, Graph } from './route.ts';
import { addRelated, listRelated, type Relation, removeRelated } from './reference.ts';
import {
	changeServicePrincipal,
	createServicePrincipal,
	deleteServicePrincipal,
	listServicePrincipals,
	showServicePrincipal,
} from './service-principal-handler.ts';
import { changeUser, createUser, deleteUser, listMine, listUsers, showMe, showUser } from './user-handler.ts';

/** Every route of Graph that is served, written in lower case. */
export function addRoutes(app: Graph, answered: Answered): void {
	addUsers(app, answered);
	addGroups(app, answered);
	addApplications(app, answered);
	addServicePrincipals(app, answered);
	addDirectory(app, answered);
}

function addUsers(app: Graph, answered: Answered): void {
	app.get('/me', answered(showMe));
	app.get('/me/ownedobjects', answered(listMine));
	app.get('/users', answered(listUsers));
	app.post('/users', answered(createUser));
	app.get('/users/:id', answered(showUser));
	app.patch('/users/:id', answered(changeUser));
	app.delete('/users/:id', answered(deleteUser));
}

function addGroups(app: Graph, answered: Answered): void {
	app.get('/groups', answered(listGroups));
	app.post('/groups', answered(createGroup));
	app.get('/groups/:id', answered(showGroup));
	app.patch('/groups/:id', answered(changeGroup));
	app.delete('/groups/:id', answered(deleteGroup));
	addRelation(app, answered, { path: 'groups', kind: 'Group', relation: 'members' });
	addRelation(app, answered, { path: 'groups', kind: 'Group', relation: 'owners' });
}

function addApplications(app: Graph, answered: Answered): void {
	const federated = '/applications/:id/federatedidentitycredentials';
	app.get('/applications', answered(listApplications));
	app.post('/applications', answered(createApplication));
	app.get('/applications/:id', answered(showApplication));
	app.patch('/applications/:id', answered(changeApplication));
	app.delete('/applications/:id', answered(deleteApplication));
	app.post(
		'/applications/:id/addpassword',
		answered((ask) => addPassword(ask, 'Application')),
	);
	app.post(
		'/applications/:id/removepassword',
		answered((ask) => removePassword(ask, 'Application')),
	);
	app.get(federated, answered(listFederated));
	app.post(federated, answered(createFederated));
	app.get(`${federated}/:credential`, answered(showFederated));
	app.patch(`${federated}/:credential`, answered(changeFederated));
	app.delete(`${federated}/:credential`, answered(deleteFederated));
	addRelation(app, answered, { path: 'applications', kind: 'Application', relation: 'owners' });
}

function addServicePrincipals(app: Graph, answered: Answered): void {
	app.get('/serviceprincipals', answered(listServicePrincipals));
	app.post('/serviceprincipals', answered(createServicePrincipal));
	app.get('/serviceprincipals/:id', answered(showServicePrincipal));
	app.patch('/serviceprincipals/:id', answered(changeServicePrincipal));
	app.delete('/serviceprincipals/:id', answered(deleteServicePrincipal));
	app.post(
		'/serviceprincipals/:id/addpassword',
		answered((ask) => addPassword(ask, 'ServicePrincipal')),
	);
	app.post(
		'/serviceprincipals/:id/removepassword',
		answered((ask) => removePassword(ask, 'ServicePrincipal')),
	);
	addRelation(app, answered, { path: 'serviceprincipals', kind: 'ServicePrincipal', relation: 'owners' });
}

function addDirectory(app: Graph, answered: Answered): void {
	app.post('/directoryobjects/getbyids', answered(getByIds));
	app.get('/directoryobjects/:id', answered(showDirectoryObject));
	for (const collection of ['directoryobjects', 'users', 'groups', 'serviceprincipals']) {
		app.post(`/${collection}/:id/checkmembergroups`, answered(checkMemberGroups));
		app.post(`/${collection}/:id/getmembergroups`, answered(getMemberGroups));
		app.get(`/${collection}/:id/memberof`, answered(listMemberOf));
	}
	app.get('/directory/deleteditems/:id', answered(listDeleted));
	app.delete('/directory/deleteditems/:id', answered(purgeDeleted));
	app.post('/directory/deleteditems/:id/restore', answered(restoreDeleted));
}

interface Related {
	path: string;
	kind: 'Group' | 'Application' | 'ServicePrincipal';
	relation: Relation;
}

function addRelation(app: Graph, answered: Answered, { path, kind, relation }: Related): void {
	app.get(
		`/${path}/:id/${relation}`,
		answered((ask) => listRelated(ask, kind, relation)),
	);
	app.post(
		`/${path}/:id/${relation}/$ref`,
		answered((ask) => addRelated(ask, kind, relation)),
	);
	app.delete(
		`/${path}/:id/${relation}/:other/$ref`,
		answered((ask) => removeRelated(ask, kind, relation)),
	);
}

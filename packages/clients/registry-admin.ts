import {
	type AdminUser,
	adminUserCall,
	checkRegistryNameCall,
	createRegistryCall,
	deleteRegistryCall,
	deleteRegistryChildCall,
	generateTokenPasswordCall,
	importImageCall,
	type ImportSource,
	keepTokenPasswordsCall,
	type NameVerdict,
	type NewRegistry,
	parseAdminUser,
	parseNameVerdict,
	parseRepositoryToken,
	parseScopeMap,
	parseTokenPassword,
	putRepositoryTokenCall,
	putScopeMapCall,
	renewAdminPasswordCall,
	type RepositoryToken,
	repositoryTokenCall,
	repositoryTokensCall,
	type ScopeMap,
	scopeMapCall,
	scopeMapsCall,
	switchAdminUserCall,
	type TokenPasswordNote,
} from '@lanyard/wire';
import type { Secret } from '@lanyard/core';
import { armCaller, type ArmOptions, type Waiting } from './arm-caller.ts';

/** What is done to registries through Resource Manager: their users, tokens and images. Throws `Problem` for every refusal. */
export interface RegistryAdmin {
	adminUser(registryId: string): Promise<AdminUser>;
	renewAdminPassword(registryId: string, name: string): Promise<AdminUser>;
	switchAdminUser(registryId: string, isOn: boolean): Promise<void>;
	tokens(registryId: string): Promise<RepositoryToken[]>;
	token(id: string): Promise<RepositoryToken | undefined>;
	putToken(id: string, scopeMapId: string): Promise<void>;
	scopeMaps(registryId: string): Promise<ScopeMap[]>;
	scopeMap(id: string): Promise<ScopeMap | undefined>;
	putScopeMap(id: string, map: { actions: string[]; description: string }): Promise<void>;
	/** A token or a scope map; whether there was one. */
	removeChild(id: string): Promise<boolean>;
	/** Makes one of a token's two passwords anew; the other stays. */
	generatePassword(
		registryId: string,
		password: { tokenId: string; name: string; endsAt?: Date | undefined },
	): Promise<TokenPasswordNote & { value: Secret }>;
	/** Keeps only these passwords of a token. */
	keepPasswords(id: string, keep: TokenPasswordNote[]): Promise<void>;
	checkName(subscriptionId: string, name: string): Promise<NameVerdict>;
	/** Resolves when it is there. */
	create(id: string, registry: NewRegistry, waiting?: Waiting): Promise<void>;
	remove(id: string): Promise<boolean>;
	/** Resolves when the image is there. */
	importImage(
		registryId: string,
		image: { from: ImportSource; tag: string; isForced: boolean },
		waiting?: Waiting,
	): Promise<void>;
}

/** Opens the registries' management. */
export function createRegistryAdmin(options: ArmOptions): RegistryAdmin {
	const call = armCaller(options);
	return {
		adminUser: (id) => call.one(adminUserCall(id), parseAdminUser),
		renewAdminPassword: (id, name) => call.one(renewAdminPasswordCall(id, name), parseAdminUser),
		switchAdminUser: (id, isOn) => call.run(switchAdminUserCall(id, isOn)),
		tokens: (id) => call.list(repositoryTokensCall(id), parseRepositoryToken),
		token: (id) => call.find(repositoryTokenCall(id), parseRepositoryToken),
		putToken: (id, scopeMapId) => call.run(putRepositoryTokenCall(id, scopeMapId)),
		scopeMaps: (id) => call.list(scopeMapsCall(id), parseScopeMap),
		scopeMap: (id) => call.find(scopeMapCall(id), parseScopeMap),
		putScopeMap: (id, map) => call.run(putScopeMapCall(id, map)),
		removeChild: (id) => call.remove(deleteRegistryChildCall(id)),
		generatePassword: (id, password) =>
			call.one(generateTokenPasswordCall(id, password), (json) => parseTokenPassword(json, password.name)),
		keepPasswords: (id, keep) => call.run(keepTokenPasswordsCall(id, keep)),
		checkName: (subscriptionId, name) => call.one(checkRegistryNameCall(subscriptionId, name), parseNameVerdict),
		create: (id, registry, waiting) => call.run(createRegistryCall(id, registry), waiting),
		remove: (id) => call.remove(deleteRegistryCall(id)),
		importImage: (id, image, waiting) => call.run(importImageCall(id, image), waiting),
	};
}

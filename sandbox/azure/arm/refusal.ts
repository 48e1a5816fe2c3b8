import type { Caller } from '../entra/token.ts';

interface Act {
	action: string;
	scope: string;
}

interface UnknownVersion {
	type: string;
	apiVersion: string;
	known: string[];
}

/** Resource Manager's error body (recorded); az reads `error.code`. */
export function armError(status: number, code: string, message: string): Response {
	return Response.json({ error: { code, message } }, { status, headers: { 'x-ms-failure-cause': 'gateway' } });
}

/** A resource provider's own error: not the gateway's (recorded: no `x-ms-failure-cause`). */
export function providerError(status: number, code: string, message: string): Response {
	return Response.json({ error: { code, message } }, { status });
}

/** Every refusal of the control plane, in Azure's words (recorded, or AZURE_CONTRACTS 1.5). */
export const armRefusals = {
	authorizationFailed: ({ name, objectId }: Caller, action: string, scope: string) =>
		armError(
			403,
			'AuthorizationFailed',
			`The client '${name}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
		),
	// No recording has it; people quote it so of managed applications and deployment stacks.
	denied: ({ name, objectId }: Caller, about: Act, denial: { title: string; id: string; scope: string }) =>
		armError(
			403,
			'DenyAssignmentAuthorizationFailed',
			`The client '${name}' with object id '${objectId}' has permission to perform action '${about.action}' on scope '${about.scope}'; however, the access is denied because of the deny assignment with name '${denial.title}' and Id '${denial.id}' at scope '${denial.scope}'.`,
		),
	badDenial: (message: string) => armError(400, 'InvalidDenyAssignment', message),
	denialProtected: (title: string) =>
		armError(
			400,
			'DenyAssignmentIsSystemProtected',
			`The deny assignment '${title}' is system protected and cannot be changed or deleted.`,
		),
	denialNotFound: (name: string) =>
		armError(404, 'DenyAssignmentNotFound', `The deny assignment '${name}' is not found.`),
	resourceNotFound: (type: string, name: string, group: string) =>
		armError(
			404,
			'ResourceNotFound',
			`The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
		),
	groupNotFound: (group: string) =>
		armError(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`),
	subscriptionNotFound: (id: string) =>
		armError(404, 'SubscriptionNotFound', `The subscription '${id}' could not be found.`),
	noApiVersion: () =>
		armError(
			400,
			'MissingApiVersionParameter',
			'The api-version query parameter (?api-version=) is required for all requests.',
		),
	unknownType: (namespace: string, type: string, apiVersion: string) =>
		armError(
			404,
			'InvalidResourceType',
			`The resource type '${type}' could not be found in the namespace '${namespace}' for api version '${apiVersion}'.`,
		),
	unknownPath: (path: string) =>
		armError(404, 'NotFound', `The requested path '${path}' is not served by Azure Resource Manager.`),
	badFilter: (filter: string) =>
		armError(
			400,
			'UnsupportedQuery',
			`The filter '${filter}' is not supported. Supported filters are 'atScope()', 'assignedTo('{value}')' and 'principalId eq '{value}''.`,
		),
	badListFilter: (filter: string) =>
		armError(400, 'InvalidFilterInQueryString', `Invalid $filter '${filter}' specified in the query string.`),
	// Azure/bicep#17091 shows it.
	badApiVersion: (apiVersion: string, known: string[]) =>
		armError(
			400,
			'InvalidApiVersionParameter',
			`The api-version '${apiVersion}' is invalid. The supported versions are '${known.join(',')}'.`,
		),
	// Azure/azure-cli#28368 shows it.
	noProviderFound: ({
		location,
		type,
		apiVersion,
		known,
		regions,
	}: UnknownVersion & { location: string; regions: string[] }) =>
		armError(
			400,
			'NoRegisteredProviderFound',
			`No registered resource provider found for location '${location}' and API version '${apiVersion}' for type '${type}'. The supported api-versions are '${known.join(', ')}'. The supported locations are '${regions.join(', ')}'.`,
		),
	versionOfNoType: ({ namespace, type, apiVersion, known }: UnknownVersion & { namespace: string }) =>
		armError(
			404,
			'InvalidResourceType',
			`The resource type '${type}' could not be found in the namespace '${namespace}' for api version '${apiVersion}'. The supported api-versions are '${known.join(',')}'.`,
		),
	linkedAuthorizationFailed: ({ name, objectId }: Caller, about: Act, linked: Act) =>
		armError(
			403,
			'LinkedAuthorizationFailed',
			`The client '${name}' with object id '${objectId}' has permission to perform action '${about.action}' on scope '${about.scope}'; however, it does not have permission to perform action(s) '${linked.action}' on the linked scope(s) '${linked.scope}' (respectively) or the linked scope(s) are invalid.`,
		),
	identityNotFound: (id: string) =>
		armError(
			400,
			'FailedIdentityOperation',
			`Identity operation for resource failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. Response: '{"error":{"code":"BadRequest","message":"Resource '${id}' was not found."}}'.'.`,
		),
	providerNotRegistered: (namespace: string) =>
		armError(
			409,
			'MissingSubscriptionRegistration',
			`The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.`,
		),
	unknownNamespace: (namespace: string) =>
		armError(404, 'InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`),
	locationRequired: () => armError(400, 'LocationRequired', 'The location property is required for this definition.'),
	badLocation: (location: string, type: string, known: string[]) =>
		armError(
			400,
			type === 'resource group' ? 'LocationNotAvailableForResourceGroup' : 'LocationNotAvailableForResourceType',
			type === 'resource group'
				? `The provided location '${location}' is not available for resource group. List of available regions is '${known.join(',')}'.`
				: `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is '${known.join(',')}'.`,
		),
	otherLocation: ({ name, location, group }: { name: string; location: string; group: string }, wanted: string) =>
		armError(
			409,
			'InvalidResourceLocation',
			`The resource '${name}' already exists in location '${location}' in resource group '${group}'. A resource with the same name cannot be created in location '${wanted}'. Please select a new resource name.`,
		),
	otherGroupLocation: (location: string, wanted: string) =>
		armError(
			409,
			'InvalidResourceGroupLocation',
			`Invalid resource group location '${wanted}'. The Resource group already exists in location '${location}'.`,
		),
	badGroupName: (name: string) =>
		armError(
			400,
			'InvalidResourceGroup',
			`The provided resource group name '${name}' has these invalid characters: '${[...new Set(name.replaceAll(/[\p{L}\p{Nd}_.()-]/gu, ''))].join('')}'. The name can only be a letter, digit, '-', '.', '(', ')' or '_'.`,
		),
	groupBeingDeleted: (name: string) =>
		armError(
			409,
			'ResourceGroupBeingDeleted',
			`The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
		),
	templateNotMade: (name: string) =>
		armError(
			400,
			'ExportTemplateCompletedWithErrors',
			`Templates of the resources in '${name}' are not made by this sandbox.`,
		),
	operationNotFound: (id: string) =>
		armError(404, 'NotFound', `The entity was not found: there is no operation '${id}'.`),
	throttled: ({ kind, subscriptionId, seconds }: { kind: string; subscriptionId: string; seconds: number }) =>
		armError(
			429,
			'SubscriptionRequestsThrottled',
			`Number of '${kind}' requests for subscription '${subscriptionId}' exceeded. Please try again after '${seconds}' seconds.`,
		),
	noBody: () =>
		armError(
			400,
			'InvalidRequestContent',
			'The request content was invalid and could not be deserialized: it is not a JSON object.',
		),
	invalidContent: (message: string) => armError(400, 'InvalidRequestContent', message),
	badAssignmentName: (name: string) =>
		armError(
			400,
			'InvalidRoleAssignmentId',
			`The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
		),
	roleNotAssignable: (id: string, scope: string) =>
		armError(
			400,
			'RoleDefinitionNotAssignable',
			`The role definition '${id}' cannot be assigned at scope '${scope}': it is not one of its assignable scopes.`,
		),
	roleNameTaken: () =>
		armError(
			409,
			'RoleDefinitionWithSameNameExists',
			'A custom role with the same name already exists in this directory. Use a different name.',
		),
	roleInUse: () =>
		armError(
			400,
			'RoleDefinitionHasAssignments',
			'There are existing role assignments referencing role. Remove them before deleting the role.',
		),
	roleBuiltIn: (name: string) =>
		armError(400, 'RoleDefinitionIsBuiltIn', `The built-in role '${name}' cannot be changed or deleted.`),
	badRole: (message: string) => armError(400, 'InvalidRoleDefinition', message),
	tooManyAssignments: () =>
		armError(
			400,
			'RoleAssignmentLimitExceeded',
			'The role assignment limit exceeded. No more role assignments can be created.',
		),
	// "Troubleshoot Azure role assignment conditions" has the message; nobody shows the code with it.
	badCondition: () =>
		armError(400, 'InvalidRoleAssignmentCondition', 'The given role assignment condition is invalid.'),
	assignmentNotFound: (name: string) =>
		armError(404, 'RoleAssignmentNotFound', `The role assignment '${name}' is not found.`),
	roleNotFound: (id: string) =>
		armError(404, 'RoleDefinitionDoesNotExist', `The specified role definition with ID '${id}' does not exist.`),
	assignmentExists: (name: string) =>
		armError(
			409,
			'RoleAssignmentExists',
			`The role assignment already exists. The ID of the conflicting role assignment is ${name.replaceAll('-', '')}.`,
		),
	assignmentFixed: () =>
		armError(
			400,
			'RoleAssignmentUpdateNotPermitted',
			'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
		),
	// Two spaces before the address, as Azure writes it.
	principalNotFound: (principalId: string, tenantId: string) =>
		armError(
			400,
			'PrincipalNotFound',
			`Principal ${principalId.replaceAll('-', '')} does not exist in the directory ${tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
		),
	principalTypeDiffers: (principalId: string, found: string, told: string) =>
		armError(
			400,
			'UnmatchedPrincipalType',
			`The PrincipalId '${principalId.replaceAll('-', '')}' has type '${found}' , which is different from specified PrinciaplType '${told}'.`,
		),
};

import type { Caller } from '../entra/token.ts';

/** Resource Manager's error body (recorded); az reads `error.code`. */
export function armError(status: number, code: string, message: string): Response {
	return Response.json({ error: { code, message } }, { status, headers: { 'x-ms-failure-cause': 'gateway' } });
}

/** Every refusal of the control plane, in Azure's words (recorded, or AZURE_CONTRACTS 1.5). */
export const armRefusals = {
	authorizationFailed: ({ name, objectId }: Caller, action: string, scope: string) =>
		armError(
			403,
			'AuthorizationFailed',
			`The client '${name}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
		),
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
	invalidContent: (message: string) => armError(400, 'InvalidRequestContent', message),
	badAssignmentName: (name: string) =>
		armError(
			400,
			'InvalidRoleAssignmentId',
			`The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
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

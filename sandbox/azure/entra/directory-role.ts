/** A directory role: what Graph lets whoever has it do beyond reading. */
export interface DirectoryRole {
	name: string;
	/** The role's template id, as tokens name it in `wids`. */
	id: string;
	/** Patterns of directory actions; `*` stands for anything. */
	actions: string[];
}

const read = 'microsoft.directory/*/read';
const applications = [
	'microsoft.directory/applications/*',
	'microsoft.directory/servicePrincipals/*',
	'microsoft.directory/deletedItems.applications/*',
];

/**
 * The roles that may write what this sandbox's Graph serves (Microsoft Entra built-in roles, ids and actions, 2026-11;
 * actions that reach nothing served here are left out).
 */
export const directoryRoles: DirectoryRole[] = [
	{ name: 'Global Administrator', id: '62e90394-69f5-4237-9190-012177145e10', actions: ['microsoft.directory/*'] },
	{ name: 'Application Administrator', id: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', actions: [read, ...applications] },
	{
		name: 'Cloud Application Administrator',
		id: '158c047a-c907-4556-b7ef-446551a6b5f7',
		actions: [read, ...applications],
	},
	{
		name: 'Application Developer',
		id: 'cf1c38e5-3621-4004-a7cb-879624dced7c',
		actions: [
			read,
			'microsoft.directory/applications/createAsOwner',
			'microsoft.directory/servicePrincipals/createAsOwner',
		],
	},
	{
		name: 'Groups Administrator',
		id: 'fdd7a751-b60b-444a-984c-02652fe8fa1c',
		actions: [read, 'microsoft.directory/groups/*'],
	},
	{
		name: 'User Administrator',
		id: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
		actions: [
			read,
			'microsoft.directory/users/*',
			'microsoft.directory/deletedItems.users/*',
			'microsoft.directory/groups/*',
		],
	},
	{
		name: 'Directory Writers',
		id: '9360feb5-f418-4baa-8175-e2a00bac4301',
		actions: [read, 'microsoft.directory/groups/*'],
	},
	{ name: 'Directory Readers', id: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b', actions: [read] },
	{ name: 'Global Reader', id: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451', actions: [read] },
];

/** What every member of a tenant may do without a role (Microsoft Entra, "Default user permissions"). */
export const memberActions = [
	read,
	'microsoft.directory/applications/createAsOwner',
	'microsoft.directory/servicePrincipals/createAsOwner',
	'microsoft.directory/groups/createAsOwner',
];

/** What an owner may do with what is owned (same page, "Object ownership"). */
export const ownerActions = [
	'microsoft.directory/applications/*',
	'microsoft.directory/servicePrincipals/*',
	'microsoft.directory/groups/*',
];

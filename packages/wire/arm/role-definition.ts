import type { Permission } from './permission.ts';

/** A built-in or custom role. */
export interface RoleDefinition {
	id: string;
	/** The GUID at the end of `id`. */
	name: string;
	/** What people call it: `AcrPull`. */
	roleName: string;
	isBuiltIn: boolean;
	permissions: Permission[];
}

/** What is allowed: actions minus notActions, and the same for data actions. Wildcards as Azure writes them. */
export interface Permission {
	actions: string[];
	notActions: string[];
	dataActions: string[];
	notDataActions: string[];
}

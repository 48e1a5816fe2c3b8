import type { Role } from '@lanyard/core';
import type { Region } from './arm/region.data.ts';

/**
 * What Azure itself changes over the years, as it was on some day; as it is today where absent. Recordings are replayed in the Azure of
 * their day.
 */
export interface AsOf {
	/** What was otherwise about built-in roles, by their id. */
	roles?: Record<string, Partial<Omit<Role, 'id'>>>;
	/** The regions of a subscription. */
	regions?: Region[];
	/** Who may sign in to an application of which nobody said it: work accounts of its own tenant, or everybody. */
	signInAudience?: 'AzureADMyOrg' | 'AzureADandPersonalMicrosoftAccount';
	/** Regions where AKS calls a change of nodes' number `Scaling`; elsewhere, and today, it is `Updating`. */
	scalingRegions?: string[];
}

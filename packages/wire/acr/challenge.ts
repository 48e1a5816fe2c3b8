/** Where the registry sends its callers for tokens, already checked to be https on its own host. */
export interface Challenge {
	realm: string;
	service: string;
}

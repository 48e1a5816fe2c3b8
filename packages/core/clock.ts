/** Tells the time. Passed to whatever needs "now", so that tests and the sandbox can choose it. */
export interface Clock {
	now(): Date;
}

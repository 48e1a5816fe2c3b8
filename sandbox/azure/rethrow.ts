/** A bug goes on to whoever runs the world, who tells of it; Hono would print it and answer like a service that is down. */
export function rethrow(bug: Error): never {
	throw bug;
}

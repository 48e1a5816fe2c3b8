/** The one way out: everything that talks to the world is given one of these. Throws `Problem` where nothing answered. */
export type Send = (request: Request) => Promise<Response>;

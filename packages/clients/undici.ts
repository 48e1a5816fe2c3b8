/** The parts of undici in use, in a module of their own: it costs some 60 ms, so it is loaded with the first request only. */
export { EnvHttpProxyAgent, request } from 'undici';

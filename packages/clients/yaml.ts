/** The part of yaml in use, in a module of its own: it costs some 20 ms, so it is loaded only when there is a kubeconfig. */
export { parse } from 'yaml';

/** The parts of yaml in use, in a module of their own: loaded only where YAML is read or printed, and a bundler finds no names in what is loaded later of a CommonJS package. */
export { parse, stringify } from 'yaml';

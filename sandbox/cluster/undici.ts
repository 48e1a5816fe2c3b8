/** The parts of undici in use, in a module of their own: a bundler finds no names in what is loaded later of a CommonJS package. */
export { Agent, request } from 'undici';

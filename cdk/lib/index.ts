export * from './action-links';
export * from './attribute-names';
export * from './bootstraps';
export * from './props';
export { Release } from './release';

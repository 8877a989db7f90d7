export * from './action-links';
export * from './bootstraps';
export * from './props';
export { Release } from './release';

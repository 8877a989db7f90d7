// One implementation for both kinds of modules, so that `instanceof` works across them.
export * from "./index.js";

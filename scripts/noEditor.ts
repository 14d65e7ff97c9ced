/** Stands for an editor that is not there. */
export {};

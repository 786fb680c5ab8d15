import fc from "fast-check";

// A setup file of vitest. A failing property prints its seed; `FC_SEED=<seed>` repeats it.
const seed = Number.parseInt(process.env["FC_SEED"] ?? "", 10);
if (Number.isInteger(seed)) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

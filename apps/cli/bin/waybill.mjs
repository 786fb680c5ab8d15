#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/waybill.mjs", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error("waybill is not built yet: run `npm start` or `npx turbo build` once.");
  process.exitCode = 1;
}

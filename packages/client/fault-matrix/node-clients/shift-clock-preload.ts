import { shiftClock } from "../shift-clock.ts";

shiftClock(Number(process.env["CLOCK_SHIFT_MS"] ?? 0));

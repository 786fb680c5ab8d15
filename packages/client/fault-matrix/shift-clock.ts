/** Let `Date` run ahead, or behind. It is sent to pages as its source, so it uses nothing from outside. */
export function shiftClock(shiftMs: number): void {
  const realNow = Date.now.bind(Date);
  Date.now = () => realNow() + shiftMs;
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [target.now()] : args, newTarget),
    apply: (target) => new target(target.now()).toString(),
  });
}

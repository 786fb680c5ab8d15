/** Of all callers of a gateway together, in requests a second: far more than people cause, far less than an attack would cost. */
export const THROTTLE = { rateLimit: 200, burstLimit: 400 };

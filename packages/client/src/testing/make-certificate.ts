import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** For `localhost`, for a day, by the openssl that every system has. @returns paths of PEM files */
export function makeCertificate(folder: string): { key: string; cert: string } {
  const key = join(folder, "key.pem");
  const cert = join(folder, "cert.pem");
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const files = ["-keyout", key, "-out", cert];
  execFileSync("openssl", ["req", "-x509", "-nodes", "-days", "1", ...curve, ...subject, ...files], {
    stdio: "ignore",
  });
  return { key, cert };
}

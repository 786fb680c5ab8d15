import { defineConfig, type Plugin } from "vite";

export default defineConfig({
  plugins: [developmentPolicy()],
  build: {
    // What the page needs anyway: light-dark() in CSS, AbortSignal.any and Promise.withResolvers in the client.
    target: ["chrome123", "edge123", "firefox124", "safari17.5"],
    sourcemap: true,
    // One small bundle has nothing to preload, and the polyfill would be an inline surprise.
    modulePreload: { polyfill: false },
    // The content security policy allows no data: URLs but for the icon.
    assetsInlineLimit: 0,
  },
});

/** Vite's development server puts styles into the page and talks to it over a WebSocket. Never in a build. */
function developmentPolicy(): Plugin {
  return {
    name: "waybill-development-policy",
    apply: "serve",
    transformIndexHtml: (html) =>
      html
        .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
        .replace("connect-src", "connect-src ws:"),
  };
}

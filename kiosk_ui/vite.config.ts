import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Three pages, no inlined assets: the robot serves them with `default-src 'self'`.
export default defineConfig({
  plugins: [react()],
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { index: "index.html", staff: "staff.html", display: "display.html" } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8040", "/ws": { target: "ws://127.0.0.1:8040", ws: true } } },
  test: { environment: "jsdom", include: ["tests/**/*.test.{ts,tsx}"], setupFiles: ["tests/setup.ts"] },
});

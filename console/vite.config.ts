import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where the API answers while developing; the built console is served by the API itself. */
const apiTarget = process.env.SANDGLASS_API ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  server: {
    host: "127.0.0.1",
    proxy: { "/api": { target: apiTarget } },
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Fonts and images stay files: the content security policy allows no data: URLs for them.
    assetsInlineLimit: 0,
    target: "es2022",
    chunkSizeWarningLimit: 900,
  },
});

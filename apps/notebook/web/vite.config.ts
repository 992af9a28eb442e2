import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Built for a strict Content-Security-Policy: no inline script, no data URL, every file from this server. */
export default defineConfig({
  plugins: [react()],
  build: {
    // A deploy names a folder of its own.
    outDir: process.env['OUT_DIR'] ?? '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  // `npx vite web` beside a notebook server on its default port.
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8888', ws: true } } },
})

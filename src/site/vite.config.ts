// Builds the static site into dist-site/: the pages of docs/, and the playground with the engine's own sources.
import { join, resolve } from 'node:path'
import { defineConfig } from 'vite'
import { yamlForVite } from '../../rules/knowledge/compile.ts'
import { pagesFrom } from './build/pages.ts'

const root = import.meta.dirname

export default defineConfig({
  root,
  // Every address is relative: the site may lie in any folder of any host.
  base: './',
  plugins: [yamlForVite, pagesFrom(resolve(root, '../../docs'))],
  resolve: { alias: { 'node:crypto': join(root, 'playground/crypto.ts') } },
  build: {
    outDir: resolve(root, '../../dist-site'), emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false },
    // The engine is one file of about a megabyte, loaded by one page; splitting it would only cost requests.
    chunkSizeWarningLimit: 2_500,
    rollupOptions: { input: { playground: join(root, 'playground.html'), pages: join(root, 'pages.html') } },
  },
})

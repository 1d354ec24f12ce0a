import { defineConfig } from 'vitest/config'
import { yamlForVite } from './rules/knowledge/compile.ts'

export default defineConfig({
  plugins: [yamlForVite],
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
})

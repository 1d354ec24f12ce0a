import { defineConfig, mergeConfig } from 'vitest/config'
import tests from '../../vitest.config.ts'

// One thing at a time, each as long as it takes.
export default mergeConfig(tests, defineConfig({ test: { include: ['test/bench/*.bench.ts'], testTimeout: 0, hookTimeout: 0, fileParallelism: false, reporters: ['dot'] } }))

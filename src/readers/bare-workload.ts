import type { Workload } from '../model/stack.ts'
import type { Span } from '../model/value.ts'

/** A workload without anything. */
export const bare = (name: string, span: Span): Workload => ({
  name, span, environment: [], hosts: [name], dependsOn: [], mounts: [], labels: [], ports: [], profiles: [], comments: [], declared: [],
})

export type { Report } from './model/report.ts'

// The closed lists of words that reports, specs, labels and tests share; knows no more than the words.
export type Technology = 'redis' | 'kafka'

export const useNames = [
  'cache', 'session-store', 'rate-limiter', 'lock', 'counter', 'derived-state', 'source-of-truth', 'job-queue', 'pub-sub',
  'event-bus', 'event-log', 'cdc', 'stream-processing', 'request-reply', 'state-store',
] as const
export type UseName = (typeof useNames)[number]

export type EnvironmentClass = 'production' | 'development' | 'example' | 'test' | 'unspecified'

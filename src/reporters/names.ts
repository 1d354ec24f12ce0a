// The names of the formats, for whoever needs no more than the names.
export const formatNames = ['text', 'json', 'sarif', 'github', 'gitlab', 'junit', 'markdown', 'checkstyle', 'rdjson'] as const
export type FormatName = (typeof formatNames)[number]

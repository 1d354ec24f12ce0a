// The names of the formats, for whoever needs no more than the names.
export const formatNames = ['text', 'concise', 'json', 'sarif', 'github', 'gitlab', 'junit', 'markdown', 'html', 'checkstyle', 'rdjson'] as const
export type FormatName = (typeof formatNames)[number]

/** What the text can gather findings by. */
export const groupings = ['stack', 'file', 'rule'] as const
export type Grouping = (typeof groupings)[number]

/** What the search knows of a page; sent with the pages as `search.json`. */
export interface Entry {
  /** Path in the site without `.html`. */
  readonly path: string
  readonly title: string
  readonly summary: string
}

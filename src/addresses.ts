// Every address of misfit's own, from `repository` and `homepage` in package.json: set once, when there is a public repository (docs/contributing.md).
// Until then there is nothing to point to, and what would say an address says none.
import manifest from '../package.json' with { type: 'json' }

/** What package.json may say. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly repository?: { readonly url: string }
  /** The documentation site (`npm run site`). */
  readonly homepage?: string
}

export interface Addresses {
  /** Where people find out about misfit. */
  readonly home: string | undefined
  /** What npm installs from its registry: `misfit@1.2.3`. Without a repository nothing is published, and the name is anybody's. */
  readonly installable: string | undefined
  /** A page below `docs/`, without `.md`. */
  readonly page: (page: string) => string | undefined
  /** A schema of `rules/schema/`, which is its `$id` too. */
  readonly schema: (name: string) => string | undefined
}

/** The addresses that a manifest leads to. */
export function addressesOf({ name, version, repository, homepage }: Manifest): Addresses {
  const site = homepage?.replace(/\/?$/, '/')
  const at = (path: string): string | undefined => (site === undefined ? undefined : `${site}${path}`)
  return {
    home: homepage ?? repository?.url.replace(/^git\+|\.git$/g, ''),
    installable: repository && `${name}@${version}`,
    page: page => at(`${page}.html`),
    schema: file => at(`rules/schema/${file}`),
  }
}

export const addresses = addressesOf(manifest satisfies Manifest)

/** Where a rule's page lies; what is said of suppressions has one page. */
export const docsOf = (rule: string): string | undefined => addresses.page(rule.startsWith('misfit/') ? 'suppressing' : `rules/${rule}`)

// Sizes as Kubernetes writes them: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/

/** Bytes of `512Mi`, `1.5G`, `100m`; undefined when it is no quantity. */
export function quantity(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/.exec(text.trim())
  if (!match) return undefined
  const power = 'kMGTP'.indexOf((match[2] ?? '').replace('K', 'k').charAt(0)) + 1
  const factor = match[2] === undefined ? 1 : match[2] === 'm' ? 0.001 : (match[2].endsWith('i') ? 1024 : 1000) ** power
  return Math.round(Number(match[1]) * factor)
}

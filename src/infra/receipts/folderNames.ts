// The names in a folder of receipts: which are ours, and what each stands for.

/** While a folder is being filled: removed at the end, and by whoever fills it next. */
export const UNFINISHED = '.unfinished'

export const nameOfReceipt = (digest: string): string => `${digest}.json`

/** The digest that a file is named by; undefined for another name. */
export const digestInName = (name: string): string | undefined =>
  /^([0-9a-f]{64})\.json$/.exec(name)?.[1]

/** What a write that was cut off leaves: of many receipts, or of one (`hook gate --receipt-dir`). */
export const isTemporary = (name: string): boolean =>
  name === UNFINISHED || /^\.[0-9a-f]{64}\.\d+\.tmp$/.test(name)

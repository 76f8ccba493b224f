// How a prompt or a tool's input names a stored secret: `{{ secret.NAME }}`. It passes through prompts
// unchanged; the value is put in its place behind the model's back, or not at all.

/** A name is a word that an environment variable could have too. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

export const isSecretName = (name: string): boolean => NAME.test(name)

/** At most eight blanks on either side: matching stays linear in hostile text. */
export const PLACEHOLDER = /\{\{[ \t]{0,8}secret\.([A-Za-z_][A-Za-z0-9_]{0,63})[ \t]{0,8}\}\}/g

const HEAD = '{{'

/** The names a text asks for, in order, each once. */
export const secretsNamedIn = (text: string): ReadonlyArray<string> =>
  text.includes(HEAD) ? [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name]) => name!))] : []

/** The text with each placeholder replaced that `valueOf` knows; others stay as they are. */
export const injected = (text: string, valueOf: (name: string) => string | undefined): string =>
  text.includes(HEAD)
    ? text.replace(PLACEHOLDER, (whole, name: string) => valueOf(name) ?? whole)
    : text

/** How a secret is named where its value was. */
export const placeholderOf = (name: string): string => `{{ secret.${name} }}`

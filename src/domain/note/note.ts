// C2SP signed-note: text with Ed25519 signatures under it. A note's text means nothing until
// verifyNote has answered for it; whoever hands over a note controls every byte of it.
//
//   <text, its last line ended>\n
//   \n
//   — <key name> <base64(uint32 key ID || signature)>\n
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import type { VerifyEd25519 } from '../authority/authorisation.ts'
import { concat, fromBase64, fromUtf8, readU32be, toBase64, u32be, utf8 } from '../bytes.ts'
import { isKeyName, type VerifierKey } from './verifierKey.ts'

/** Characters (and bytes) of a note at most; the checkpoints of a log are some 200. */
export const MAX_NOTE_BYTES = 1_000_000
/** Signatures in a note at most: the spec asks for 16 at least. */
export const MAX_NOTE_SIGNATURES = 100

const SIGNATURE_PREFIX = '\u2014 '

export interface NoteSignature {
  readonly name: string
  /** uint32. With the name it says which key signed. */
  readonly keyId: number
  /** What follows the key ID; 64 bytes for Ed25519, anything for algorithms unknown to us. */
  readonly signature: Uint8Array
}

export interface SignedNote {
  /** Ends in a newline. */
  readonly text: string
  readonly signatures: ReadonlyArray<NoteSignature>
}

/** Bytes that are no signed note. */
export class NoteMalformed extends Schema.TaggedError<NoteMalformed>()('NoteMalformed', {
  reason: Schema.Literals([
    'too-large',
    'not-utf8',
    'control-character',
    'no-final-newline',
    'no-signatures',
    'too-many-signatures',
    'signature-line',
    'text',
  ]),
}) {}

/**
 * A well-formed note that the keys do not answer for: `unknown-signers` when none of them signed it,
 * `bad-signature` when one of them (`name`) seems to have and the signature does not verify.
 */
export class NoteUnverified extends Schema.TaggedError<NoteUnverified>()('NoteUnverified', {
  reason: Schema.Literals(['unknown-signers', 'bad-signature']),
  name: Schema.NullOr(Schema.String),
}) {}

const malformed = (reason: NoteMalformed['reason']) => Result.fail(new NoteMalformed({ reason }))

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/

const textFault = (text: string): NoteMalformed['reason'] | undefined => {
  if (text.length > MAX_NOTE_BYTES) return 'too-large'
  if (!text.isWellFormed()) return 'not-utf8'
  if (CONTROL.test(text)) return 'control-character'
  return text.endsWith('\n') ? undefined : 'no-final-newline'
}

const parseSignature = (line: string): NoteSignature | undefined => {
  const at = line.indexOf(' ', SIGNATURE_PREFIX.length)
  if (!line.startsWith(SIGNATURE_PREFIX) || at < 0) return undefined
  const name = line.slice(SIGNATURE_PREFIX.length, at)
  const bytes = fromBase64(line.slice(at + 1))
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) return undefined
  return { name, keyId: readU32be(bytes), signature: bytes.slice(4) }
}

/** Parses a note strictly; nothing in it is verified. */
export const parseNote = (note: string | Uint8Array): Result.Result<SignedNote, NoteMalformed> => {
  if (note.length > MAX_NOTE_BYTES) return malformed('too-large')
  const whole = typeof note === 'string' ? note : fromUtf8(note)
  if (whole === undefined) return malformed('not-utf8')
  const fault = textFault(whole)
  if (fault !== undefined) return malformed(fault)
  const split = whole.lastIndexOf('\n\n')
  if (split < 0 || split + 2 === whole.length) return malformed('no-signatures')
  const lines = whole.slice(split + 2, -1).split('\n')
  if (lines.length > MAX_NOTE_SIGNATURES) return malformed('too-many-signatures')
  const signatures: Array<NoteSignature> = []
  for (const line of lines) {
    const signature = parseSignature(line)
    if (signature === undefined) return malformed('signature-line')
    signatures.push(signature)
  }
  return Result.succeed({ text: whole.slice(0, split + 1), signatures })
}

/** The note as it travels. Fails when parseNote would not read the same back. */
export const encodeNote = (note: SignedNote): Result.Result<string, NoteMalformed> => {
  const fault = textFault(note.text)
  if (fault !== undefined) return malformed(fault)
  if (note.signatures.length === 0) return malformed('no-signatures')
  if (note.signatures.length > MAX_NOTE_SIGNATURES) return malformed('too-many-signatures')
  let out = `${note.text}\n`
  for (const { name, keyId, signature } of note.signatures) {
    if (!isKeyName(name) || signature.length === 0) return malformed('signature-line')
    out += `${SIGNATURE_PREFIX}${name} ${toBase64(concat(u32be(keyId), signature))}\n`
  }
  return out.length > MAX_NOTE_BYTES ? malformed('too-large') : Result.succeed(out)
}

/**
 * Which of the keys signed the note. Signatures by other keys are ignored, whatever they hold; a
 * signature that names one of the keys and does not verify condemns the note, even beside a good
 * one. Succeeds with the keys that signed, one at least.
 */
export const verifyNote = (
  verify: VerifyEd25519,
  note: SignedNote,
  keys: ReadonlyArray<VerifierKey>,
): Result.Result<ReadonlyArray<VerifierKey>, NoteUnverified> => {
  const message = utf8(note.text)
  const signers = new Set<VerifierKey>()
  for (const { name, keyId, signature } of note.signatures) {
    const key = keys.find((known) => known.name === name && known.keyId === keyId)
    if (key === undefined) continue
    if (!verify(key.publicKey, message, signature))
      return Result.fail(new NoteUnverified({ reason: 'bad-signature', name }))
    signers.add(key)
  }
  return signers.size === 0
    ? Result.fail(new NoteUnverified({ reason: 'unknown-signers', name: null }))
    : Result.succeed([...signers])
}

/** A key that signs: its public half as others know it, and Ed25519 over a message. */
export interface NoteSigner {
  readonly key: VerifierKey
  readonly sign: (message: Uint8Array) => Uint8Array
}

/** Signs `text` (which must end in a newline) with every signer, in order. */
export const signNote = (
  text: string,
  signers: ReadonlyArray<NoteSigner>,
): Result.Result<string, NoteMalformed> => {
  const fault = textFault(text)
  if (fault !== undefined) return malformed(fault)
  const message = utf8(text)
  const signatures = signers.map(({ key, sign }) => ({
    name: key.name,
    keyId: key.keyId,
    signature: sign(message),
  }))
  return encodeNote({ text, signatures })
}

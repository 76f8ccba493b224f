// The order file of a receipts folder: which decisions were made, one after the other. It holds nothing
// of the machine, the session or the time, so that two machines that replay one session write the same
// bytes. A receipt that was given twice is one file, and two lines here.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { canonicalJson } from '../canonical.ts'
import { Digest } from '../hash.ts'

export const ORDER_FILE = 'order.jsonl'

/** One line: the address of the receipt and the client's event that asked. */
export const OrderLine = Schema.Struct({ digest: Digest, event: Schema.String })
export type OrderLine = typeof OrderLine.Type

/** The longest line that is read. An event's name is short. Bytes. */
export const MAX_ORDER_LINE = 1024

const FORMAT = 'isonapse-receipts'

/** The first line says what the file is; the last one how many lines there must be. */
export const orderHead = (): string => `${canonicalJson({ format: FORMAT, v: 1 })}\n`
export const orderLine = ({ digest, event }: OrderLine): string =>
  `${canonicalJson({ digest, event })}\n`
export const orderEnd = (decisions: number): string => `${canonicalJson({ decisions })}\n`

export class OrderUnreadable extends Schema.TaggedError<OrderUnreadable>()('OrderUnreadable', {
  /** From 1. */
  line: Schema.Int,
  detail: Schema.String,
}) {
  override get message(): string {
    return `line ${this.line} ${this.detail}`
  }
}

const decodeLine = Schema.decodeUnknownResult(OrderLine)
const isHead = Schema.is(Schema.Struct({ format: Schema.Literal(FORMAT), v: Schema.Int }))
const isEnd = Schema.is(Schema.Struct({ decisions: Schema.Int }))

/** Reads an order file line by line; each call takes the next line, without its end. */
export const orderReader = () => {
  let line = 0
  let decisions = 0
  let ended = false
  const fail = (detail: string) => Result.fail(new OrderUnreadable({ line, detail }))
  return {
    /** The decision that a line names; undefined for the first and the last line. */
    next: (text: string): Result.Result<OrderLine | undefined, OrderUnreadable> => {
      line++
      const value = valueOf(text)
      if (ended) return fail('comes after the end')
      if (line === 1)
        return !isHead(value)
          ? fail('does not say that this is the order of receipts')
          : value.v === 1
            ? Result.succeed(undefined)
            : fail('is of a later version of isonapse')
      if (isEnd(value)) {
        ended = true
        return value.decisions === decisions
          ? Result.succeed(undefined)
          : fail(`says ${value.decisions} decisions, and there are ${decisions}`)
      }
      const decoded = decodeLine(value)
      if (Result.isFailure(decoded)) return fail('names no receipt')
      decisions++
      return Result.succeed(decoded.success)
    },
    /** To be asked after the last line. */
    end: (): Result.Result<number, OrderUnreadable> => {
      if (ended) return Result.succeed(decisions)
      line++
      return fail('is missing: the file is cut off')
    },
  }
}

const valueOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

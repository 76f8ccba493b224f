// Values as formats write them: `'%-5.2s' % x`, `'{:>8}'.format(x)`, `f'{x:.3}'`. A format may cut a
// text as well as fill it up, so what a format does to a text that is not known stays unknown.
import {
  ANYTHING,
  concat,
  either,
  known,
  optionsOf,
  taintOf,
  text,
  unknown,
  type Value,
} from './value.ts'

const MOST_WIDTH = 1024

/** `[[fill]align][sign][width][.precision][type]`, as format() and f-strings take it. */
const SPEC = /^(?:(.)?([<>^]))?(0?)(\d{0,4})(?:\.(\d{1,4}))?([sd]?)$/su

const padded = (whole: string, width: number, align: string, fill: string): string => {
  const room = Math.max(0, Math.min(width, MOST_WIDTH) - whole.length)
  const left = align === '>' ? room : align === '^' ? room >> 1 : 0
  return fill.repeat(left) + whole + fill.repeat(room - left)
}

const one = (value: Value, spec: string): Value => {
  if (spec === '' || spec === 's') return value
  const whole = known(value)
  const parts = SPEC.exec(spec)
  if (whole === undefined || parts === null) return unknown(taintOf(value))
  const [, fill, align, zero, width = '', precision] = parts
  const isNumber = value.is === 'plain'
  if (isNumber && precision !== undefined) return unknown(taintOf(value))
  const cut = precision === undefined ? whole : whole.slice(0, Number(precision))
  return text(
    padded(cut, Number(width), align ?? (isNumber ? '>' : '<'), fill ?? (zero === '0' ? '0' : ' ')),
    taintOf(value),
  )
}

export const formattedBy = (value: Value, spec: string): Value =>
  either(optionsOf(value).map((option) => one(option, spec)))

/** `'%s-%d' % (a, b)` */
export const filled = (format: Value & { is: 'text' }, right: Value): Value => {
  const values = right.is === 'list' && !right.open ? right.items : [right]
  let next = 0
  const parts: Array<Value> = []
  for (const piece of format.text.split(/(%(?:\([^)]{0,64}\))?[-+ #0-9.*]{0,8}[a-zA-Z%])/)) {
    const found = /^%(?:\(([^)]*)\))?([-+ #0-9.*]*)([a-zA-Z%])$/.exec(piece)
    if (found === null) parts.push(text(piece))
    else if (piece === '%%') parts.push(text('%'))
    else {
      const [, name, how = '', type = ''] = found
      const given =
        name === undefined
          ? values[next++]
          : right.is === 'map'
            ? right.entries.get(name)
            : undefined
      parts.push(given === undefined ? unknown(taintOf(right)) : signed(given, how, type))
    }
  }
  return concat(parts)
}

const signed = (value: Value, how: string, type: string): Value => {
  if (type === 'c') {
    const code = value.is === 'plain' && typeof value.value === 'number' ? value.value : -1
    if (value.is === 'text') return value
    return code >= 0 && code <= 0x10ffff && Number.isInteger(code)
      ? text(String.fromCodePoint(code))
      : unknown(taintOf(value))
  }
  if (!/^[sdi]$/.test(type)) return unknown(taintOf(value))
  if (how === '') return value
  const parts = /^(-?)(0?)(\d{0,4})(?:\.(\d{1,4}))?$/.exec(how)
  if (parts === null) return unknown(taintOf(value))
  const [, left, zero = '', width = '', precision] = parts
  const cut = precision === undefined ? '' : `.${precision}`
  return formattedBy(value, `${left === '-' ? '<' : '>'}${zero}${width}${cut}`)
}

/** `'{} {name} {0}'.format(…)`. */
export const formatted = (
  format: string,
  args: ReadonlyArray<Value>,
  named: ReadonlyMap<string, Value>,
): Value => {
  let next = 0
  const parts = format.split(/(\{\{|\}\}|\{[^{}]{0,128}\})/).map((piece): Value => {
    if (piece === '{{' || piece === '}}') return text(piece[0]!)
    if (!piece.startsWith('{') || piece.length < 2) return text(piece)
    const [, name = '', , spec = ''] = /^\{([^!:]*)(![rsa])?(?::(.*))?\}$/s.exec(piece) ?? []
    const value =
      name === '' ? args[next++] : /^\d+$/.test(name) ? args[Number(name)] : named.get(name)
    return value === undefined ? ANYTHING : formattedBy(value, spec)
  })
  return concat(parts)
}

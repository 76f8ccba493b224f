// Telegram's bot tokens: a bot's number and 35 characters that begin with A, also in the address of its
// API, where `bot` stands directly before (core.telegram.org/bots/api).
import { isDigitAt, isWordAt } from '../characters.ts'
import { endOf, type Recogniser } from '../recogniser.ts'
import { isPlaceholder } from './placeholder.ts'

const SECRET = /:A[\w-]{34}(?![\w-])/y
const MOST_DIGITS = 16

export const telegramBot: Recogniser = {
  id: 'telegram-bot',
  type: 'SECRET',
  literals: [':a'],
  find: (text, at) => {
    if (!isDigitAt(text, at - 1)) return undefined
    let start = at
    while (at - start <= MOST_DIGITS && isDigitAt(text, start - 1)) start--
    if (at - start < 5 || at - start > MOST_DIGITS) return undefined
    if (isWordAt(text, start - 1) && text.slice(start - 3, start).toLowerCase() !== 'bot')
      return undefined
    const end = endOf(SECRET, text, at)
    if (end === -1 || isPlaceholder(text.slice(at + 1, end))) return undefined
    return { start, end, score: 0.97 }
  },
  examples: {
    yes: [
      [
        'https://api.telegram.org/bot«4417220981',
        ':AAq8Zr1Lw0Tn5XvB3kYd7Hs2PcR6mJ4uGe9»/getMe',
      ].join(''),
      ['TOKEN=«4417220981', ':AFq8Zr1Lw0Tn5XvB3kYd7Hs2PcR6mJ4uGe9»'].join(''),
    ],
    no: ['12:AM and 1234567890:ABC', 'x1234567890:short'],
  },
}

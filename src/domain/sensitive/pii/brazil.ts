// Brazil: CPF and CNPJ (Receita Federal): two check digits by modulus 11. Their punctuation is their own.
import { weighted } from '../checksum.ts'
import type { Recogniser } from '../recogniser.ts'
import { findNumber } from './identifier.ts'

const checkDigit = (digits: string, weights: ReadonlyArray<number>): number => {
  const rest = weighted(digits, weights) % 11
  return rest < 2 ? 0 : 11 - rest
}

const isCpf = (digits: string): boolean =>
  checkDigit(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(digits[9]) &&
  checkDigit(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(digits[10])

export const cpf: Recogniser = {
  id: 'br-cpf',
  type: 'BR_CPF',
  digits: { runs: [3, 11] },
  find: findNumber({
    shape: /\d{3}\.\d{3}\.\d{3}-\d{2}|\d{11}/y,
    isValid: isCpf,
    words: /\bcpf\b|cadastro de pessoa/,
    alone: /\./,
  }),
  examples: {
    yes: ['CPF «529.982.247-25»', 'cpf: «52998224725»', 'de «390.533.447-05»'],
    no: ['CPF 529.982.247-26', '52998224725', '111.111.111-11'],
  },
}

const isCnpj = (digits: string): boolean =>
  checkDigit(digits, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(digits[12]) &&
  checkDigit(digits, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(digits[13])

export const cnpj: Recogniser = {
  id: 'br-cnpj',
  type: 'BR_CNPJ',
  digits: { runs: [2, 14] },
  find: findNumber({
    shape: /\d{2}\.\d{3}\.\d{3}\/\d{4}-\d{2}|\d{14}/y,
    isValid: isCnpj,
    words: /\bcnpj\b|pessoa jur[ií]dica/,
    alone: /\./,
  }),
  examples: {
    yes: ['CNPJ «11.222.333/0001-81»', 'cnpj «60746948000112»'],
    no: ['CNPJ 11.222.333/0001-82', '60746948000112'],
  },
}

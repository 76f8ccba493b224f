// JavaScript's modules and globals: those with rows of their own, those that only compute, and packages
// that are known well enough to load without a question.

const words = (...lines: ReadonlyArray<string>): ReadonlySet<string> =>
  new Set(lines.join(' ').split(' '))

/** Node's own modules, as far as they have rows. */
export const MODULES = words(
  'fs path os child_process http https net tls dgram dns vm module process worker_threads cluster crypto zlib stream util repl inspector v8',
  'http2 readline buffer fetch axios got superagent undici needle request zx execa shelljs rimraf del glob fast-glob globby',
  'sqlite3 better-sqlite3 pg mysql mysql2 sqlite bun',
)

/** They compute, and do nothing to the machine. */
export const INERT = words(
  'assert async_hooks console constants diagnostics_channel domain events perf_hooks punycode querystring string_decoder sys timers',
  'trace_events tty url test wasi sea stream util readline buffer zlib',
)

/** Packages that only compute, besides what the rows say of them. */
export const KNOWN_PACKAGES = words(
  'lodash lodash-es underscore ramda chalk kleur picocolors colors semver yaml js-yaml toml json5 commander yargs minimist meow dayjs date-fns',
  'moment luxon uuid nanoid zod joi ajv yup immer rxjs async bluebird debug ms bytes pino winston acorn esprima esbuild typescript',
  'prettier cheerio jsdom marked markdown-it handlebars mustache ejs react react-dom vue express koa fastify ws socket.io socket.io-client',
  'dotenv mongoose mongodb redis ioredis sharp jimp jsonwebtoken bcrypt cors qs mime mime-types iconv-lite csv-parse papaparse xlsx',
  'inquirer prompts ora boxen figlet cli-table3 strip-ansi ansi-styles tslib acorn-walk escodegen magic-string source-map glob-parent',
  '@babel/core @babel/parser @babel/traverse @types/node puppeteer playwright @playwright/test three d3 jest mocha chai sinon tap tape vitest effect',
)

export const ORDINARY_GLOBALS = words(
  'Object Array String Number Boolean Symbol BigInt Math Date JSON Promise RegExp Map Set WeakMap WeakSet Error TypeError RangeError',
  'SyntaxError Proxy Intl URL URLSearchParams TextEncoder TextDecoder AbortController Uint8Array Uint16Array Uint32Array Int8Array',
  'Int32Array Float32Array Float64Array ArrayBuffer DataView performance crypto structuredClone parseInt parseFloat isNaN isFinite',
  'clearTimeout clearInterval exports Event EventTarget FormData Headers Blob File Infinity NaN Atomics Iterator FinalizationRegistry',
)

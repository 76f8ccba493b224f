// Databases that a command is told of by its environment: `DATABASE_URL=postgres://db.example.com/app
// npm run migrate` reaches that host, whatever the program does.
import { addressOf } from '../action/hosts.ts'
import { type ShellWord, textOf } from './word.ts'

const SCHEME =
  /^(?:postgres(?:ql)?|mysql2?|mariadb|mongodb(?:\+srv)?|rediss?|mssql|sqlserver|clickhouse|cockroachdb|amqps?)(?:\+\w+)?:\/\//i
const HOST_VARIABLE = /^(?:PG|MYSQL_|MARIADB_|MONGO_|REDIS_|DB_|DATABASE_|POSTGRES_)HOST$/
const LONGEST = 1024
const MOST = 8

/** Hosts of databases in variables that are set for one command; literal ones only. */
export const databaseHosts = (
  assignments: ReadonlyArray<{ readonly name: string; readonly value: ShellWord }>,
): ReadonlyArray<string> =>
  assignments.slice(0, MOST).flatMap(({ name, value }) => {
    const text = textOf(value)
    if (text === undefined || text === '' || text.length > LONGEST) return []
    if (!SCHEME.test(text) && !HOST_VARIABLE.test(name)) return []
    const host = addressOf(text.replace(SCHEME, 'http://'))?.host
    return host === undefined ? [] : [host]
  })

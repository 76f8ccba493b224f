import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSql } from '../../../../src/domain/code/sql/read.ts'
import { type SqlDialect, SQL_DIALECTS } from '../../../../src/domain/code/sql/tokens.ts'

const deed = (text: string, dialect?: SqlDialect): string => readSql(text, dialect).deed
const GRAVITY = ['nothing', 'reads', 'changes', 'destroys']

describe('readSql', () => {
  it('takes questions for reads', () => {
    for (const text of [
      'select 1',
      'SELECT * FROM a FOR UPDATE',
      '(select 1) union (select 2)',
      'with x as (select 1) select * from x',
      'explain delete from a',
      'explain (analyze, buffers) select 1',
      'show tables; describe a',
      'values (1)',
      "select 'drop table a; delete from b'",
      'select "drop table a"',
      'set search_path = a; select 1',
      'select /* drop table a */ 1 -- truncate b',
      "select replace(a, 'x', 'y'), truncate(b, 2) from c",
      'create temp table x as select 1',
    ])
      expect(deed(text), text).toBe('reads')
    expect(deed('')).toBe('nothing')
    expect(deed(' ; -- nothing\n;')).toBe('nothing')
  })

  it('takes what loses rows or tables for a loss', () => {
    for (const text of [
      'drop table a',
      'DROP/**/TABLE a',
      'truncate a',
      'delete from a',
      'update a set b = 1',
      'delete from a where 1=1',
      "delete from a where 'x' = 'x'",
      'update a set b = 1 where c = 2 or true',
      'select 1; drop table a',
      'with gone as (delete from a returning *) select count(*) from gone where 1 = 2',
      'explain analyze delete from a',
      'alter table a drop column b',
      'merge into a using b on a.x = b.x when not matched by source then delete',
      'do $$ begin delete from a; end $$',
      'prepare p as delete from a',
      'select purge_old_rows(3)',
      'call cleanup_all()',
    ])
      expect(deed(text), text).toBe('destroys')
  })

  it('takes other changes for changes', () => {
    for (const text of [
      'insert into a values (1)',
      'delete from a where id = 1',
      'update a set b = 1 where id in (select id from c)',
      'insert into a values (1) on conflict (id) do update set b = 2',
      'select * into b from a',
      'create table a (b int)',
      'grant all on a to b',
      'alter table a alter column b drop not null',
      'vacuum',
      'select setval(1)',
      'frobnicate a',
    ])
      expect(deed(text), text).toBe('changes')
  })

  it('is not led astray by strings and comments that one dialect ends and another does not', () => {
    const hidden = "select 'a\\'; drop table x; -- '"
    expect(deed(hidden, 'postgres')).toBe('destroys')
    expect(deed(hidden, 'mysql')).toBe('reads')
    expect(deed(hidden)).toBe('destroys')
    expect(deed('/*!50000 drop table x */', 'mysql')).toBe('destroys')
    expect(deed('/*!50000 drop table x */', 'postgres')).toBe('nothing')
    expect(deed('select 1 --1; drop table x', 'mysql')).toBe('destroys')
    expect(deed('select 1 --1; drop table x')).toBe('destroys')
    expect(deed('select 1 # ; drop table x', 'sqlite')).toBe('destroys')
    expect(deed('/* /* */ drop table x; -- */', 'mysql')).toBe('destroys')
    expect(deed('select $$ ; drop table x; $$', 'sqlite')).toBe('destroys')
    expect(deed('select $$ ; drop table x; $$', 'postgres')).toBe('reads')
    expect(deed('select 1 drop table x', 'tsql')).toBe('destroys')
    expect(readSql("select 'never ended")).toMatchObject({ deed: 'changes', unread: true })
  })

  it('finds what reaches beyond the database', () => {
    const reaches = (text: string, dialect: SqlDialect) =>
      readSql(text, dialect).reaches.map(({ does, at, what }) => `${does} ${at} ${what}`)
    expect(reaches("copy a to program 'sh x'", 'postgres')).toEqual(['runs server sh x'])
    expect(reaches('\\copy a to out.csv', 'postgres')).toEqual(['writes client out.csv'])
    expect(reaches('\\d a \\! rm -rf x', 'postgres')).toEqual(['runs client rm -rf x'])
    expect(reaches('select 1 \\g |sh', 'postgres')).toEqual(['runs client sh'])
    expect(reaches('\\set x `id`', 'postgres')).toEqual(['runs client id'])
    expect(reaches("select pg_read_file('/etc/passwd')", 'postgres')).toEqual([
      'reads server /etc/passwd',
    ])
    expect(reaches('.shell ls', 'sqlite')).toEqual(['runs client ls'])
    expect(reaches('.output "|sh"', 'sqlite')).toEqual(['runs client sh'])
    expect(reaches("attach 'b.db' as b", 'sqlite')).toEqual(['writes client b.db'])
    expect(reaches("select load_extension('./x.so')", 'sqlite')).toEqual(['loads client ./x.so'])
    expect(reaches("select writefile('/etc/x', 'y')", 'sqlite')).toEqual(['writes client /etc/x'])
    expect(reaches("select * from 'a.parquet'", 'duckdb')).toEqual(['reads client a.parquet'])
    expect(reaches("copy a to 's3://b/c'", 'duckdb')).toEqual(['writes server s3://b/c'])
    expect(reaches("load data local infile '.env' into table a", 'mysql')).toEqual([
      'reads client .env',
    ])
    expect(reaches("select 1 into outfile '/tmp/a'", 'mysql')).toEqual(['writes server /tmp/a'])
    expect(reaches('select 1; \n\\! ls', 'mysql')).toEqual(['runs client ls'])
    expect(reaches("exec xp_cmdshell 'dir'", 'tsql')).toEqual(['runs server dir'])
    expect(reaches('!!dir', 'tsql')).toEqual(['runs client dir'])
  })

  it('goes on behind a command of the client', () => {
    expect(deed('\\d a \\\\ drop table b;', 'postgres')).toBe('destroys')
    expect(deed('select 1 \\; drop table b', 'postgres')).toBe('destroys')
    expect(deed('select 1\\G drop table b', 'mysql')).toBe('destroys')
    expect(deed('.tables\ndrop table b', 'sqlite')).toBe('destroys')
  })

  it('reads any text, and no statement makes another milder', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc
            .array(
              fc.constantFrom(
                'select',
                'delete from',
                'a',
                'where',
                '1',
                '=',
                "'",
                '"',
                ';',
                '(',
                ')',
                '/*',
                '*/',
                '--',
                '\n',
                '\\',
                '$$',
                '#',
                'update',
                'set',
                'drop table',
                'explain',
                'with',
                'as',
                '.shell',
                '\\!',
                ',',
              ),
              { maxLength: 40 },
            )
            .map((words) => words.join(' ')),
        ),
        fc.constantFrom(...SQL_DIALECTS),
        (text, dialect) => {
          const reading = readSql(text, dialect)
          expect(GRAVITY).toContain(reading.deed)
          const after = readSql(`drop table a;\n${text}`, dialect)
          expect(after.deed).toBe('destroys')
        },
      ),
    )
  })
})

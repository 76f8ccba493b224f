// Tasks of application frameworks that empty or drop a database, whatever starts them: `rails db:drop`,
// `php artisan migrate:fresh`, `python manage.py flush`, `npx prisma migrate reset`. They are code of the
// project like any other task, but what they are for is known by their names.
import { baseName } from '../action/paths.ts'
import { readSql } from '../code/sql/read.ts'
import type { ProgramCall } from './programCall.ts'
import { textOf } from './word.ts'

/** Files of a project that are task runners by their names, whatever runtime they are started with. */
export const TASK_FILES: ReadonlySet<string> = new Set([
  'artisan',
  'manage.py',
  'rails',
  'rake',
  'console',
  'doctrine',
  'wp-cli.phar',
  'drush',
  'drush.php',
  'prisma',
  'sequelize',
  'sequelize-cli',
  'knex',
  'typeorm',
  'flyway',
  'liquibase',
  'gradlew',
  'mvnw',
])

/** Words of a task name that say it all, with the database or its schema beside them. */
const TASKS =
  /^(?:db:(?:drop\S*|reset\S*|purge\S*|wipe|truncate\S*|migrate:(?:reset|down|redo\S*|undo\S*)|rollback\S*|seed:(?:replant|undo\S*)|schema:load\S*|structure:load\S*|setup\S*|fresh|clean|flush|nuke|destroy|delete|refresh|revert)|migrate:(?:fresh\S*|reset|refresh|rollback|undo\S*|down|revert)|migration:revert|schema:drop|doctrine:(?:database:drop|schema:drop|fixtures:load|mongodb:schema:drop)|orm:schema-tool:drop|flyway:(?:clean|undo)|flywayclean|flywayundo|liquibase:(?:dropall|rollback\S*)|liquibasedropall|ecto\.(?:drop|reset|rollback)|queue:(?:flush|clear)|telescope:clear|horizon:clear|model:prune|mongo:drop|elastic\S*:delete\S*|redis:flush\S*|ash\S*\.(?:drop|reset|rollback))$/i

/** By program: phrases of first words. */
const PHRASES: Readonly<Record<string, RegExp>> = {
  'manage.py':
    /^(?:flush|reset_db|sqlflush_run|drop_\w+|clear_index|rebuild_index|delete_\w+|purge_\w+|migrate \S+ zero|dbshell)(?: |$)/,
  prisma: /^(?:migrate reset|db push|db drop)(?: |$)/,
  'drizzle-kit': /^(?:drop|push)(?: |$)/,
  alembic: /^downgrade(?: |$)/,
  flask: /^db downgrade(?: |$)/,
  flyway: /^(?:.* )?(?:clean|undo)(?: |$)/,
  liquibase: /^(?:.* )?(?:drop-?all|rollback\S*)(?: |$)/i,
  dbmate: /^(?:drop|down|rollback)(?: |$)/,
  goose: /^(?:.* )?(?:down|down-to|reset|redo)(?: |$)/,
  migrate: /^(?:.* )?(?:down|drop|force)(?: |$)/,
  sqlx: /^(?:database (?:drop|reset)|migrate revert)(?: |$)/,
  diesel: /^(?:database reset|migration (?:revert|redo))(?: |$)/,
  'sea-orm-cli': /^migrate (?:fresh|refresh|reset|down)(?: |$)/,
  dotnet: /^ef (?:database drop|migrations remove|database update 0)(?: |$)/,
  knex: /^(?:migrate:(?:rollback|down))(?: |$)/,
  payload: /^migrate:(?:fresh|reset|refresh|down)(?: |$)/,
  strapi: /^(?:transfer|import)(?: |$)/,
  medusa: /^(?:db:reset|migrations revert)(?: |$)/,
  airflow: /^db (?:reset|clean)(?: |$)/,
}

const ALIASES: Readonly<Record<string, string>> = {
  'django-admin': 'manage.py',
  'sequelize-cli': 'sequelize',
}

/** Asked only to say what it would do, or how. */
const HARMLESS = ['--help', '-h', '--pretend', '--dry-run', '--dryRun', '--dump-sql', '--version']

const LOST = { name: 'database' }

/** Effects of a task that loses data; nothing for any other. */
export const losesData = (call: ProgramCall, program: string = call.name): void => {
  const given = call.args.map((word) => textOf(word)).filter((text) => text !== undefined)
  // A runtime's own words come first: `php -d a=b artisan migrate:fresh`.
  const words = given.slice(given.findIndex((word) => baseName(word) === program) + 1)
  if (words.some((word) => HARMLESS.includes(word))) return
  const plain = words.filter((word) => !word.startsWith('-') && word.length <= 64).slice(0, 8)
  const phrases = PHRASES[ALIASES[program] ?? program]
  if (plain.some((word) => TASKS.test(word)) || phrases?.test(`${plain.join(' ')} `) === true)
    call.effect('destroy.data', LOST)
  else if (
    /^(?:doctrine:schema:update|schema:sync)$/.test(plain[0] ?? '') &&
    (program === 'typeorm' || words.some((word) => /^(?:--force|-f|--complete)$/.test(word)))
  )
    call.effect('destroy.data', { ...LOST, certainty: 'possible' })
  for (const word of plain)
    if (
      /^\s*(?:drop|delete|truncate|update|alter)\s/i.test(word) &&
      readSql(word).deed === 'destroys'
    )
      call.effect('destroy.data', LOST)
}

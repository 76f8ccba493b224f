// Command lines of content systems: they work on a site's database and files.
import type { ProgramRow } from '../program.ts'
import { service } from './verbs.ts'

export const SITES: ReadonlyArray<ProgramRow> = [
  service(
    'wp wp-cli wp-cli.phar',
    '--path --url --user --field --fields --post_type --role --search',
    {
      looks:
        'plugin list, plugin status, plugin search, plugin verify-checksums, theme list, theme status, core version, core check-update, core verify-checksums, post list, post get, user list, user get, option list, option get, db tables, db check, db size, db prefix, db columns, db search, cron event list, site list, cli info, cli version, rewrite list, menu list, cache type, transient get, help, role list, cap list, term list, comment list, media list, maintenance-mode status, config path',
      reveals: 'config get, config list, user application-password create',
      changes:
        'search-replace, db import, db optimize, db repair, core update, core install, core download, plugin install, plugin activate, plugin update, theme install, theme activate, post create, post update, option update, option add, user create, user update, config set, config create, cache add, rewrite flush, cron event run, import, media import, maintenance-mode activate, scaffold, language, db export',
      destroys:
        'db drop, db reset, db clean, db query, site empty, site delete, site archive, post delete, user delete, option delete, plugin delete, plugin uninstall, plugin deactivate, theme delete, term delete, comment delete, cache flush, transient delete, config delete, role delete, role reset, widget reset, media delete, super-admin remove',
      enters: 'eval, eval-file, shell, db cli',
    },
    'wp plugin list => net.fetch',
    'wp db reset --yes => destroy.infra',
    'wp search-replace a b => net.send',
    'wp search-replace a b --dry-run => net.fetch',
  ),
  service(
    'drush drush.php drupal joomla typo3 magento occ ghost',
    '-r --root -l --uri -d',
    {
      looks:
        'status, st, core:status, core:requirements, pm:list, pml, config:get, cget, config:status, watchdog:show, ws, user:information, state:get, sql:dump, sql-dump, role:list, router, views:list, cron list, module:status, indexer:status, cache:status, user:list, app:list',
      reveals: 'sql:conf, sql:connect, user:login, uli, config:show',
      changes:
        'cr, cache:rebuild, cache-rebuild, updb, updatedb, cim, config:import, cex, config:export, config:set, cset, pm:install, en, user:create, user:password, state:set, cron, setup:upgrade, setup:di:compile, setup:static-content:deploy, indexer:reindex, cache:flush, cc, maintenance:mode, upgrade, rsync, deploy',
      destroys:
        'sql:drop, sql-drop, sql:sync, sql-sync, sql:query, sqlq, sql:create, site:install, site-install, si, entity:delete, pm:uninstall, pmu, user:cancel, user:delete, watchdog:delete, config:delete, state:delete, queue:delete, setup:uninstall, setup:rollback, db:wipe, app:remove, files:cleanup',
      enters: 'php:eval, ev, php:cli, php:script, scr, sql:cli, sqlc, ssh',
    },
    'drush status => net.fetch',
    'drush sql:drop -y => destroy.infra',
    'drush site:install => destroy.infra',
    'drush cr => net.send',
  ),
]

// The words and functions of SQL dialects by what they do.

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

export const LOOKS = words(
  'select values table show describe desc help with from summarize pivot unpivot list ls print info explain checksum exists',
)
export const SESSION = words(
  `set reset use begin start commit rollback end savepoint release discard prepare execute deallocate declare fetch close open listen
  unlisten lock unlock go abort delimiter if else while return print waitfor exit quit detach pragma`,
)
export const CHANGES = words(
  `insert replace upsert update delete merge create alter grant revoke copy comment analyze vacuum reindex optimize cluster refresh load
  import export install call exec do kill flush rename attach security reassign notify checkpoint deny backup restore put remove repair
  msck cache uncache undrop exchange system begin_transaction add bulk dbcc reconfigure`,
)

/** Functions of a query that do something, and to what. */
export const ACTING =
  /^(?:pg_(?:terminate|cancel)_backend|pg_reload_conf|pg_rotate_logfile|pg_promote|pg_switch_wal|pg_create_\w+|pg_drop_\w+|pg_file_\w+|lo_(?:create|put|from_bytea|unlink)|setval|nextval|dblink\w*|query_to_xml\w*|database_to_xml\w*|sys_(?:exec|eval|set)|xp_\w+|sp_(?:configure|oacreate|oamethod|addlogin|executesql)|openrowset|openquery|opendatasource|load_extension|edit|writefile|release_lock|get_lock|executable|remote|remotesecure)$/
export const SERVER_READS =
  /^(?:pg_read_(?:binary_)?file|pg_ls_\w+|pg_stat_file|load_file|lo_import|readfile|file|s3|hdfs)$/
export const SERVER_WRITES = /^(?:lo_export|pg_file_write|writefile)$/
export const TABLE_FILES =
  /^(?:read_(?:csv|csv_auto|parquet|json|json_auto|ndjson|text|blob|xlsx)|parquet_scan|sqlite_scan|glob|st_read|iceberg_scan|delta_scan)$/
/** A function of the database's own whose name says that it does more than compute. */
export const NAMED_LOSS =
  /(?:^|_)(?:delete|drop|purge|truncate|wipe|erase|destroy|cleanup|flush|remove)(?:_|$)/

export const RUNS = words(
  'select insert update delete merge with create values table replace execute call truncate',
)

// What well-known packages do beyond computing, and methods that mean the same wherever they occur.
import type { LibraryRows } from '../tree/library.ts'
import type { LibraryCall } from '../tree/libraryCall.ts'
import { ANYTHING, instance, known, type Value } from '../tree/value.ts'

/** Of an image, a workbook or a model: written where the path is told. */
const saved = (call: LibraryCall): Value => {
  if (call.args[0]?.is === 'text') call.take('write', call.args[0])
  return ANYTHING
}

/** A database, and where it is as far as that is told. */
const database = (call: LibraryCall): Value => {
  const where = call.arg(0, 'host', 'url', 'dsn')
  const whole = known(call.named.get('host') ?? where)
  const isFile = whole?.startsWith('sqlite:') === true
  const isLocal = whole !== undefined && /(?:^|[@/=\s])(?:localhost|127\.0\.0\.1)\b/.test(whole)
  if (isFile || isLocal) return instance('database')
  call.machine.remoteDatabase = true
  call.machine.call.effect('net.fetch', { name: 'database' })
  return instance('database')
}

export const PACKAGES: LibraryRows = {
  'pandas.read_csv pandas.read_excel pandas.read_json pandas.read_parquet pandas.read_table pandas.read_html pandas.read_pickle polars.read_csv polars.read_parquet numpy.load numpy.loadtxt numpy.genfromtxt PIL.Image.open cv2.imread openpyxl.load_workbook torch.load':
    'read -> content',
  'numpy.save numpy.savez numpy.savetxt cv2.imwrite': 'write',
  'torch.save joblib.dump pickle.dump': '_ write',
  'matplotlib.pyplot.savefig': 'write',
  'dotenv.load_dotenv': 'dotenv_path:_ -> clean',
  'dotenv.dotenv_values': 'dotenv_path:read -> secret',
  'keyring.get_password keyring.get_credential': '!secret.read -> secret',
  'keyring.delete_password keyring.set_password': '!destroy.data',
  '?.save': saved,
  'psycopg2.connect psycopg.connect pymysql.connect MySQLdb.connect pymongo.MongoClient redis.from_url sqlalchemy.create_engine':
    database,
  'boto3.*': '',
  'boto3.client boto3.resource boto3.session.Session.client': '-> cloud',
  'cloud.list_buckets cloud.list_objects_v2 cloud.list_objects cloud.get_object cloud.head_object cloud.describe_instances cloud.get_caller_identity':
    '!net.fetch -> net',
  'cloud.get_secret_value cloud.get_parameter': '!secret.read -> secret',
  'cloud.delete_bucket cloud.terminate_instances cloud.delete_object cloud.delete_objects cloud.delete_table cloud.delete_stack cloud.delete_db_instance':
    '!destroy.infra',
  'cloud.*': '!net.send -> net',
  'psutil.Process.kill psutil.Process.terminate': '!destroy.data',
  'sh.*': '!dynamic-command',
  'sh.rm': '*deleteAll',
  'sh.bash sh.sh': '_ shell',
  'plumbum.local': '!dynamic-command',
  '?.to_csv ?.to_json ?.to_excel ?.to_parquet ?.to_pickle ?.to_html ?.savefig ?.write_html ?.write_csv ?.write_parquet':
    'write',
  '?.write_text ?.write_bytes': 'self=write',
  '?.read_text ?.read_bytes': 'self=read -> content',
  '?.unlink': 'self=delete',
  '?.rmtree': 'deleteAll',
  '?.extractall': 'change !archive-content',
  '?.execute ?.executemany ?.executescript ?.raw ?.exec_driver_sql': 'sql',
  '?.drop_all ?.drop_database ?.drop_collection ?.flushall ?.flushdb ?.delete_many':
    '!destroy.data',
  '?.exec_command': '!remote-host',
  '?.__import__': '!dynamic-command',
}

// Python's modules: those with rows of their own, those that only compute, and packages that are
// known well enough to load without a question.

const words = (...lines: ReadonlyArray<string>): ReadonlySet<string> =>
  new Set(lines.join(' ').split(' '))

/** The standard library, as far as it has rows. */
export const MODULES = words(
  'os sys io subprocess shutil pathlib pathlib2 tempfile glob fileinput zipfile tarfile gzip bz2 lzma shelve dbm mmap',
  'posix nt posixpath ntpath genericpath builtins __builtin__ _io commands subprocess32 urllib urllib2 urllib3 http httplib socket ssl',
  'ftplib smtplib imaplib poplib telnetlib nntplib xmlrpc socketserver asyncio pty importlib imp runpy pickle cPickle marshal ctypes',
  'code codeop sqlite3 multiprocessing threading concurrent sched signal webbrowser venv ensurepip pip distutils codecs base64 binascii',
  'cffi _ctypes crypt getpass fcntl resource linecache atexit functools inspect types operator gc zipimport pkgutil timeit pdb cProfile',
  'pydoc profile trace logging configparser csv json contextlib dataclasses wsgiref winreg msvcrt platform site',
)

/** They compute, and do nothing to the machine. */
export const INERT_MODULES = words(
  '__future__ abc array ast argparse bisect calendar cmath collections colorsys compileall copy copyreg curses datetime decimal difflib dis',
  'doctest email enum errno faulthandler filecmp fnmatch fractions getopt gettext graphlib grp hashlib heapq hmac html ipaddress',
  'itertools keyword locale mailbox math mimetypes numbers optparse pprint pwd py_compile pyclbr queue quopri random re readline',
  'reprlib rlcompleter secrets select selectors shlex spwd stat statistics string stringprep struct symtable sysconfig syslog tabnanny',
  'termios textwrap this time token tokenize tomllib traceback tracemalloc tty turtle typing typing_extensions unicodedata unittest uuid',
  'warnings weakref xml zlib zoneinfo plistlib netrc cgi cgitb cmd audioop sets StringIO cStringIO exceptions antigravity hashlib',
)

/** Packages that only compute, besides what the rows say of them. */
export const KNOWN_PACKAGES = words(
  'numpy np pandas scipy sklearn matplotlib seaborn plotly yaml ruamel toml tomli tomli_w tomlkit pydantic attr attrs dateutil pytz',
  'tqdm rich click typer colorama tabulate jinja2 markupsafe markdown bs4 lxml html5lib PIL cv2 sympy networkx six packaging',
  'setuptools pkg_resources regex chardet charset_normalizer certifi idna simplejson ujson orjson msgpack jsonschema xmltodict openpyxl',
  'xlrd xlsxwriter docx pptx PyPDF2 pypdf pdfplumber reportlab polars pyarrow torch tensorflow transformers tiktoken tokenizers nltk',
  'spacy requests httpx aiohttp urllib3 boto3 botocore paramiko fabric psycopg2 psycopg pymysql MySQLdb pymongo redis sqlalchemy',
  'flask fastapi django starlette uvicorn dotenv jwt cryptography nacl bcrypt psutil pyperclip keyring pexpect sh plumbum pytest hypothesis',
  'black isort mypy flake8 statsmodels joblib dill cloudpickle duckdb mpmath pygments termcolor emoji faker loguru structlog websockets websocket',
)

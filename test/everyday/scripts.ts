// Scripts of several lines, as agents hand them over: here-documents, loops, inline programs.
export const SCRIPTS: ReadonlyArray<string> = [
  `python3 - <<'EOF'
import json, collections
rows = [json.loads(l) for l in open('events.jsonl')]
c = collections.Counter(r['type'] for r in rows)
for k, v in c.most_common(10):
    print(f'{k:30} {v}')
EOF`,
  `node -e "
const fs = require('fs');
const p = JSON.parse(fs.readFileSync('package.json', 'utf8'));
console.log(Object.keys(p.scripts));
"`,
  `git add -A && git commit -m "$(cat <<'EOF'
feat: add /health endpoint

- returns 200 with uptime
- adds tests

Co-Authored-By: Claude <noreply@anthropic.com>
EOF
)"`,
  `git commit -am "$(cat <<'EOF'
fix: don't \`rm -rf\` the $HOME folder; see https://example.com/x
EOF
)" && git log -1 --stat`,
  `python3 << 'EOF'
import pandas as pd
df = pd.read_parquet('data/train.parquet')
print(df.shape)
print(df.isna().sum())
print(df.groupby('label').size())
EOF`,
  `uv run python - <<'PY'
from app.models import User
import inspect
print(inspect.getsource(User))
PY`,
  `python3 - <<'EOF'
import ast, sys, pathlib
for p in pathlib.Path('src').rglob('*.py'):
    t = ast.parse(p.read_text())
    for n in ast.walk(t):
        if isinstance(n, ast.FunctionDef) and len(n.args.args) > 6:
            print(p, n.lineno, n.name)
EOF`,
  `psql -h localhost -d app <<'SQL'
select u.id, count(*)
from users u join orders o on o.user_id = u.id
group by 1 order by 2 desc limit 10;
SQL`,
  `sqlite3 app.db <<EOF
.headers on
.mode column
SELECT id, name FROM users WHERE created_at > date('now','-7 day');
EOF`,
  `cat > /tmp/test.py << 'EOF'
import sys
print(sys.argv)
EOF
python3 /tmp/test.py a b`,
  `cat <<'EOF' | node -
const a = [1,2,3]
console.log(a.map(x => x * 2))
EOF`,
  `# Check which tests fail
npx vitest run 2>&1 | grep FAIL
# and count them
npx vitest run 2>&1 | grep -c FAIL`,
  `for f in src/*.py; do
  if ! python -m py_compile "$f"; then
    echo "FAIL $f"
  fi
done`,
  `git diff main --name-only \\
  | grep '\\.ts$' \\
  | xargs npx eslint`,
  `if [ -f package.json ]; then
  npm run lint
elif [ -f Cargo.toml ]; then
  cargo clippy
fi`,
  `diff <(git show main:package.json | jq -S .dependencies) \\
     <(jq -S .dependencies package.json)`,
  `node -e '
const {execSync} = require("child_process");
const out = execSync("git log --oneline -5").toString();
console.log(out);
'`,
  `python3 - <<'EOF'
import subprocess
r = subprocess.run(['git', 'log', '--oneline', '-3'], capture_output=True, text=True)
print(r.stdout)
EOF`,
  `perl -MJSON::PP -e '
local $/; open my $f, "<", "package.json"; my $j = decode_json(<$f>);
print join("\\n", sort keys %{$j->{dependencies}}), "\\n";
'`,
  `ruby -e '
require "yaml"
y = YAML.load_file("config/database.yml")
puts y.keys
'`,
  `npx tsx -e "
import { config } from './src/config';
console.log(config.port);
"`,
  `cat package.json | node -e "
let s='';process.stdin.on('data',d=>s+=d).on('end',()=>{
  const p=JSON.parse(s); console.log(p.name, p.version)
})"`,
  `gh pr view 12 --json files --jq '.files[].path' | while read f; do
  echo "## $f"
  git log --oneline -2 -- "$f"
done`,
]

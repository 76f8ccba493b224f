// Names of environment variables that hold credentials, told by how they are commonly called.
const SECRET =
  /(?:^|_)(?:API_?KEY|ACCESS_?KEY(?:_ID)?|SECRET(?:_?KEY)?|PRIVATE_?KEY|ENCRYPTION_?KEY|KEY|TOKEN|PAT|PASSWORD|PASSWD|PASS|PASSPHRASE|PWD|CREDENTIALS?|CREDS|AUTH|COOKIE|SESSION|DSN|SAS|CONNECTION_?STRING|DATABASE_URL)$|(?:SECRET|TOKEN|PASSWORD|APIKEY|API_KEY|PRIVATE_KEY|CREDENTIAL)/i

const ORDINARY =
  /^(?:PWD|OLDPWD|XDG_SESSION.*|SSH_AUTH_SOCK|DESKTOP_SESSION|.*_(?:SESSION_)?(?:TYPE|ID|SOCK))$/

export const isSecretName = (name: string): boolean =>
  SECRET.test(name) && (!ORDINARY.test(name) || /ACCESS_?KEY_ID$/.test(name))

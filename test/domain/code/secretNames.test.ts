import { describe, expect, it } from 'vitest'
import { isSecretName } from '../../../src/domain/code/secretNames.ts'

const SECRET =
  'AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN GITHUB_TOKEN GH_TOKEN NPM_TOKEN OPENAI_API_KEY STRIPE_SECRET_KEY PASSWORD DB_PASSWORD ' +
  'PGPASSWORD MYSQL_PWD SSHPASS DATABASE_URL REDIS_URL MONGODB_URI SENTRY_DSN AZURE_STORAGE_CONNECTION_STRING JWT_SECRET SECRET_KEY_BASE ' +
  'GOOGLE_APPLICATION_CREDENTIALS DEPLOY_KEY GITLAB_PAT api_key apiKey accessToken password token x-api-key API_KEYS KEY TOKEN_PROD'

const ORDINARY =
  'TOKENIZERS_PARALLELISM MAX_TOKENS OPENAI_MAX_TOKEN NUM_TOKENS KEYBOARD KEYBOARD_LAYOUT MONKEY MONKEY_PATCH SECRETARY PWD OLDPWD HOME PATH ' +
  'XDG_SESSION_TYPE DESKTOP_SESSION SSH_AUTH_SOCK PUBLIC_KEY CACHE_KEY PRIMARY_KEY TOKEN_URL PASSWORD_FILE NODE_ENV PORT HOST COMPASS BYPASS ' +
  'AUTHOR key pass session SITE_URL TEST_ID GITHUB_RUN_ID'

describe('the name of a variable', () => {
  it('says that it holds a credential by a whole word', () => {
    expect(SECRET.split(' ').filter((name) => !isSecretName(name))).toEqual([])
  })

  it('says nothing of the kind by letters within a word, or by what is about a credential', () => {
    expect(ORDINARY.split(' ').filter(isSecretName)).toEqual([])
  })
})

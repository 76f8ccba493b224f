// Every recogniser of credentials. Their order decides nothing.
import type { Recogniser } from './recogniser.ts'
import { assignment } from './secrets/assignment.ts'
import { encodedJwt, encodedKey, jwt, privateKey } from './secrets/keys.ts'
import { kubernetesSecret } from './secrets/kubernetes.ts'
import { telegramBot } from './secrets/telegram.ts'
import { tokenRecogniser } from './secrets/tokenRow.ts'
import { OF_CLOUDS } from './secrets/tokensOfClouds.ts'
import { OF_CODE } from './secrets/tokensOfCode.ts'
import { OF_SERVICES } from './secrets/tokensOfServices.ts'
import { bundlerCredential, curlUser, urlCredentials } from './secrets/urlSecrets.ts'

export const SECRETS: ReadonlyArray<Recogniser> = [
  ...[...OF_CLOUDS, ...OF_CODE, ...OF_SERVICES].map(tokenRecogniser),
  privateKey,
  encodedKey,
  jwt,
  encodedJwt,
  telegramBot,
  kubernetesSecret,
  urlCredentials,
  curlUser,
  bundlerCredential,
  assignment,
]

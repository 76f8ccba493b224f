// Amazon's command line: its verbs say what is done; what copies files, prints credentials, queries
// with SQL or works on other machines is told apart.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { runsSql } from './sqlText.ts'
import { byManner, firstWords, isDry } from './verbs.ts'

/** Buckets of a cloud: copying into one sends, with a deleting option it destroys. */
export const bucketCopy = (
  call: ProgramCall,
  words: ProgramCall['operands'],
  remote: RegExp,
  moves: boolean,
): void => {
  if (isDry(call) || call.hasExactly('-n')) {
    call.effect('net.fetch')
    return
  }
  const target = words.at(-1)
  for (const word of words.slice(0, -1))
    if (remote.test(word.text)) {
      call.effect('net.fetch')
      if (moves) call.effect('destroy.infra')
    } else {
      call.take('scan', word)
      if (moves) call.take('deleteAll', word)
    }
  if (target === undefined) return
  if (!remote.test(target.text)) {
    call.take('write', target)
    if (call.hasExactly('--delete', '-d', '--delete-unmatched-destination-objects'))
      call.take('deleteAll', target)
    return
  }
  call.effect('net.send')
  if (call.hasExactly('--delete', '-d', '--delete-unmatched-destination-objects'))
    call.effect('destroy.infra')
}

const verbs = byManner({
  exports: true,
  looks:
    'configure list, configure list-profiles, logs start-query, logs start-live-tail, iam generate-credential-report, iam generate-service-last-accessed-details, s3 presign, s3 ls, cloudformation estimate-template-cost, sts decode-authorization-message, ec2 get-console-output',
  changes: 'ses verify-email-identity, ses verify-domain-identity, ecr start-image-scan',
  reveals:
    'sts assume-role, sts assume-role-with-saml, sts assume-role-with-web-identity, kms decrypt, kms generate-data-key, kms generate-data-key-pair, acm export-certificate, configure export-credentials, rds generate-db-auth-token, redshift get-cluster-credentials, dsql generate-db-connect-auth-token, sso get-role-credentials, lightsail get-instance-access-details',
  enters:
    'ssm start-session, ssm send-command, ecs execute-command, ec2-instance-connect ssh, ec2-instance-connect send-ssh-public-key, emr ssh, cloud9 ssh, gamelift get-compute-access',
})

/** Parameters are shown sealed unless decryption is asked for. */
const parameters = (call: ProgramCall): void => {
  call.effect('net.fetch')
  if (call.hasExactly('--with-decryption') || call.open) call.effect('secret.read')
}

const HOME_CONFIG: Readonly<Record<string, string>> = {
  'eks update-kubeconfig': '.kube/config',
  'configure set': '.aws/credentials',
  'configure import': '.aws/credentials',
  'configure sso': '.aws/config',
  configure: '.aws/credentials',
  'sso login': '.aws/sso/cache',
  'sso logout': '.aws/sso/cache',
  'codeartifact login': '.npmrc',
}

const STATEMENTS = ['--query-string', '--sql', '--sqls', '--statement', '--statements']

const aws = (call: ProgramCall): void => {
  if (call.hasExactly('--generate-cli-skeleton')) return
  const [group = '', verb = ''] = firstWords(call, 2)
  const [, , third] = call.operands
  const both = `${group} ${verb}`
  if (call.operands.at(-1)?.text === 'help') return
  if (group === 's3' && /^(?:cp|mv|sync)$/.test(verb)) {
    bucketCopy(call, call.operands.slice(2), /^s3:\/\//, verb === 'mv')
    return
  }
  const config = HOME_CONFIG[both] ?? (verb === '' ? HOME_CONFIG[group] : undefined)
  if (config !== undefined) {
    call.effect('fs.write', { path: `${call.home}/${config}` })
    return
  }
  if (both === 'configure get') {
    call.effect('net.fetch')
    if (/secret|token|key/.test(third?.text ?? 'key')) call.effect('secret.read')
    return
  }
  if (group === 'ssm' && /^get-parameter(?:s|s-by-path|-history)?$/.test(verb)) {
    parameters(call)
    return
  }
  if (both === 'ec2 get-password-data') {
    call.effect('net.fetch')
    if (call.hasExactly('--priv-launch-key')) call.effect('secret.read')
    return
  }
  const statements = call.valuesOf(...STATEMENTS)
  if (
    statements.length > 0 &&
    /^(?:start-query-execution|(?:batch-)?execute-(?:statement|sql))$/.test(verb)
  ) {
    for (const word of statements) runsSql(call, word, 'other', { is: 'server' })
    return
  }
  // A file that takes what is fetched stands as an operand.
  if (
    /^(?:get-object|get-object-torrent|invoke|get-export|get-sdk|get-job-output)$/.test(verb) &&
    third !== undefined
  )
    call.take('write', third)
  for (const value of call.valuesOf('--body', '--zip-file', '--template-file'))
    call.take('read', { ...value, text: value.text.replace(/^fileb?:\/\//, '') })
  verbs(call)
}

export const AWS: ReadonlyArray<ProgramRow> = [
  {
    names: 'aws awslocal',
    options: {
      '--profile --region --output --query --endpoint-url --cli-input-json --cli-input-yaml --cli-read-timeout --cli-connect-timeout --ca-bundle --color --cli-binary-format --body --zip-file --template-file':
        'data',
      [STATEMENTS.join(' ')]: 'data',
      '--exclude --include --acl --storage-class --sse --sse-kms-key-id --content-type --content-disposition --content-encoding --cache-control --metadata --metadata-directive --expires --grants --source-region --page-size --expected-size --expires-in --secret-id --bucket --key --name --names --path --function-name --stack-name --queue-url --cluster --task --target --document-name --priv-launch-key':
        'data',
    },
    run: aws,
    named: 2,
    helps: true,
    examples: [
      'aws s3 ls => net.fetch',
      'aws s3 rb s3://b --force => destroy.infra',
      'aws s3 cp .env s3://b/ => fs.read .env, secret.read .env, net.send, secret.send',
      'aws s3 sync out s3://b --delete => fs.read out, net.send, destroy.infra',
      'aws s3 sync out s3://b --delete --dryrun => net.fetch',
      'aws s3 cp s3://b/a . => net.fetch, fs.write .',
      'aws s3 presign s3://b/a => net.fetch',
      'aws ec2 describe-instances => net.fetch',
      'aws ec2 terminate-instances --instance-ids i => destroy.infra',
      'aws ec2 release-address --allocation-id a => destroy.infra',
      'aws kms schedule-key-deletion --key-id a => destroy.infra',
      'aws lambda get-function --function-name delete-old => net.fetch',
      'aws secretsmanager get-secret-value --secret-id x => net.fetch, secret.read',
      'aws secretsmanager get-resource-policy --secret-id x => net.fetch',
      'aws secretsmanager list-secrets => net.fetch',
      'aws ssm get-parameters --names /a => net.fetch',
      'aws ssm get-parameter --name /a --with-decryption => net.fetch, secret.read',
      'aws sts get-caller-identity => net.fetch',
      'aws sts get-session-token => net.fetch, secret.read',
      'aws iam simulate-principal-policy --policy-source-arn a => net.fetch',
      'aws athena start-query-execution --query-string "SELECT 1" => net.fetch database',
      'aws athena start-query-execution --query-string "DROP TABLE a" => destroy.data',
      'aws dynamodb export-table-to-point-in-time --table-arn a => net.send',
      'aws ssm send-command --document-name d => net.send, opaque remote-host',
      'aws configure set region x => fs.write ~/.aws/credentials',
      'aws --endpoint-url http://localhost:4566 sqs send-message => net.send localhost',
    ],
  },
]

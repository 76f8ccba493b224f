import { describe, expect, it } from 'vitest'
import { detect } from '../../../src/domain/sensitive/detect.ts'
import { HASHES } from './hashes.ts'
import { marked } from './marked.ts'

const found = (text: string) =>
  detect(text, { hashes: HASHES }).spans.map(
    ({ start, end, type }) => `${type} ${text.slice(start, end)}`,
  )

describe('text of developers', () => {
  it.each([
    'id: 123e4567-e89b-12d3-a456-426614174000',
    'const id = "4f5c7d3a-1111-4222-8333-444455556666"',
    'commit 8f14e45fceea167a5a36dedd4bea2543b2c9f1aa',
    '"integrity": "sha512-9nX2Qw7Lr4Tz8Ka1Wd6b7e1x9Qm2Lr8Tz4Kd6Wp0YbV3nZ5cH8jM1sR4uT7wXQ=="',
    '"resolved": "https://packages.acme.dev/left-pad/-/left-pad-1.3.0.tgz"',
    'golang.org/x/mod v0.17.0 h1:zY54UmvipHiNd+pm+m0x9KhZ9hl1/7QNMyxXbc6ICqA=',
    'checksum = "e52d9c508c502347344d8c07ad91cbd6068afc75ff6292f062a09ca381c89e71"',
    '1.2.840.113549.1.1.11 and 2.16.840.1.101.3.4.2.1',
    'at 1700000000, 1700000000000 and 2024-01-31T12:34:56.789Z',
    'build 20240131123456, v1.22.333-rc.1+build.5',
    'color: #1a2b3c; background: #11223344',
    'sizes 1024x768, 4096 bytes, 16384, 65535, 2147483647, 9007199254740991',
    '0x7fffffff 0xdeadbeef 0x00000000ffffffff',
    'timeout: 30_000, retries: 3, port: 5432, ratio 0.123456789012345',
    'π = 3.14159265358979, e = 2.718281828459045',
    'INSERT INTO t VALUES (1, 2, 3), (100, 200, 300);',
    '[4111, 1111, 1111, 1111]',
    'matrix 0.5 0.25 0.125 0.0625 1024 2048 4096 8192',
    'std::vector<int>::iterator, a::b::c, fe::ed, 10:20:30, 12:34:56:78',
    'path /2024/01/31/12/34 and ../../../1234567890',
    'user@example.com, root@localhost, git@github.com:a/b.git, @types/node@24.10.1',
    'listen 127.0.0.1:8080; 0.0.0.0/0; 192.168.1.1; 10.0.0.0/8; 255.255.255.0',
    'Chrome/120.0.6099.109 Safari/537.36',
    'aria-label="Close" data-testid="row-1234567890"',
    'ISBN 978-3-16-148410-0, ISSN 2049-3630',
    'lorem 12345-6789-0123 ipsum',
  ])('is left alone: %s', (text) => {
    expect(found(text)).toEqual([])
  })

  it.each([
    'password = os.environ["DB_PASSWORD"]',
    'token: ${{ secrets.GITHUB_TOKEN }}',
    'const apiKey = process.env.API_KEY ?? ""',
    'export TOKEN="$(vault kv get -field=token secret/app)"',
    'api_key: {{ secret.API_KEY }}',
    'secret: <your-client-secret>',
    'Authorization: Bearer ${TOKEN}',
    'Authorization: Bearer <token>',
    'password: "changeme123"',
    'const passwordField = document.querySelector("#password-input-2")',
    'tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")',
    'max_tokens=4096, total_tokens: 123456789012',
    'secretName: my-tls-secret-2024',
    'key={item.id2} accessKey="k1" className="token-list-item-3"',
    'keyboardLayout: "qwertz-de-2"',
    'authority: "https://login.host.com/common/v2.0"',
    'auth_url=https://accounts.site.com/o/oauth2/auth',
    'if (token === parser.currentToken2) return',
    'sessionKey = deriveKey(masterKey, salt16)',
    'PRIVATE_KEY_PATH=/etc/ssl/private/server-2024.pem',
    'publicKey: "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE me',
    'postgres://user:password@localhost:5432/db',
    'https://${USER}:${PASS}@host.net/',
  ])('that only speaks of secrets is left alone: %s', (text) => {
    expect(found(text)).toEqual([])
  })

  it('does not hide a value for what stands far from it', () => {
    for (const source of [
      'Ticket resolved. Call «212-734-9021» for more.',
      'commit 8f14e45fceea167a5a36dedd4bea2543b2c9f1aa by «ana@correo.es»',
      'version 1.2.3 shipped to IBAN «GB09YRHY41966356777071»',
    ]) {
      const { text, values } = marked(source)
      expect(detect(text).spans.map(({ start, end }) => [start, end])).toEqual(values)
    }
  })
})

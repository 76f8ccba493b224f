import { describe, expect, it } from 'vitest'
import { type Fetch, isUrl, policyTextAt } from '../../../src/commands/oneShot/policyUrl.ts'

const URL_ASKED = 'https://policies.example.com/a.json'

const answering =
  (answers: Readonly<Record<string, () => Response>>, asked: Array<string> = []): Fetch =>
  (url) => {
    asked.push(url.href)
    return Promise.resolve(answers[url.href]!())
  }

const fetched = (answers: Readonly<Record<string, () => Response>>, url = URL_ASKED) =>
  policyTextAt(url, { fetch: answering(answers), certificatesChecked: true })

const redirect = (location: string) => () =>
  new Response(null, { status: 302, headers: { location } })

describe('a policy from a URL', () => {
  it('is its text, after redirects on the same host', async () => {
    const there = 'https://policies.example.com/b.json'
    expect(await fetched({ [URL_ASKED]: () => new Response('{}') })).toBe('{}')
    expect(
      await fetched({ [URL_ASKED]: redirect('/b.json'), [there]: () => new Response('{"a":1}') }),
    ).toBe('{"a":1}')
  })

  it.each([
    ['http://policies.example.com/a.json', 'only https'],
    ['ftp://policies.example.com/a.json', 'only https'],
    ['file:///etc/passwd', 'only https'],
    ['https://', 'no URL'],
    ['https://me:pass@policies.example.com/a.json', 'credentials'],
  ])('is not asked for at %s', async (url, reason) => {
    const asked: Array<string> = []
    await expect(
      policyTextAt(url, { fetch: answering({}, asked), certificatesChecked: true }),
    ).rejects.toThrow(reason)
    expect(asked).toEqual([])
  })

  it.each([
    ['http://policies.example.com/b.json'],
    ['https://elsewhere.example.com/b.json'],
    ['https://policies.example.com:8443/b.json'],
    ['//elsewhere.example.com/b.json'],
    ['data:application/json,{}'],
  ])('follows no redirect to %s, and says so', async (location) => {
    const asked: Array<string> = []
    const fetch = answering({ [URL_ASKED]: redirect(location) }, asked)
    await expect(policyTextAt(URL_ASKED, { fetch, certificatesChecked: true })).rejects.toThrow(
      'which was not asked for',
    )
    expect(asked).toEqual([URL_ASKED])
  })

  it('does not go round in circles', async () => {
    await expect(fetched({ [URL_ASKED]: redirect('/a.json') })).rejects.toThrow(
      'too many redirects',
    )
  })

  it('is refused when it is too large, no text, or not there', async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(32)
    const endless = () =>
      new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }))
    await expect(fetched({ [URL_ASKED]: endless })).rejects.toThrow('is larger than')
    const binary = () => new Response(Uint8Array.of(0xff, 0xfe))
    await expect(fetched({ [URL_ASKED]: binary })).rejects.toThrow('is not UTF-8')
    const missing = () => new Response('no', { status: 404 })
    await expect(fetched({ [URL_ASKED]: missing })).rejects.toThrow('status 404')
  })

  it('is given up when it does not come', async () => {
    const never: Fetch = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal!.addEventListener('abort', () => reject(new Error('aborted')))
      })
    await expect(
      policyTextAt(URL_ASKED, { fetch: never, certificatesChecked: true, timeoutMs: 20 }),
    ).rejects.toThrow('no answer within')
  })

  it('is not fetched where certificates go unchecked', async () => {
    await expect(
      policyTextAt(URL_ASKED, { fetch: answering({}), certificatesChecked: false }),
    ).rejects.toThrow('certificates unchecked')
  })

  it('is told from a file by its scheme', () => {
    expect(isUrl('HTTPS://a')).toBe(true)
    expect(isUrl('http://a')).toBe(true)
    for (const file of ['policy.json', './a', 'C:\\a', '-', 'https:/a'])
      expect([file, isUrl(file)]).toEqual([file, false])
  })
})

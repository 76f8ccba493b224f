// Which lines, by their look alone, lose a disk, the home or root directory or published history, send
// a secret out, or run remote code. Deliberately crude, and no part of the engine: it checks that what
// the engine lets through holds none of these.
const GRAVE: ReadonlyArray<readonly [string, RegExp]> = [
  [
    'loss of a disk',
    /\bmkfs|\b(?:dd|tee|cp)\b[^|;]*\/dev\/(?:sd|nvme|disk|hd|vd|mmc)|>\s*\/dev\/(?:sd|nvme|disk|hd)|\bwipefs\b|\bshred\b[^|;]*\/dev\/|\bblkdiscard\b/,
  ],
  [
    'loss of home or root',
    /\brm\b[^|;&]*\s-\w*[rR]\w*[^|;&]*\s["']?(?:\/|~|\$\{?HOME\}?)\/?\*?["']?(?:\s|$|[;&|])/,
  ],
  [
    'loss of published history',
    /\bgit\b[^|;&]*\bpush\b[^|;&]*(?:\s--force(?![-\w])|\s-\w*f\w*(?=\s|$)|\s--mirror|\s--delete|\s\+\S)|\bfilter-branch\b|\bfilter-repo\b/,
  ],
  [
    'remote code',
    /\b(?:curl|wget)\b[^;&]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|<\(\s*(?:curl|wget)|\beval\b[^;]*\$\((?:curl|wget)/,
  ],
  [
    'a secret sent out',
    /(?:\.env\b|id_rsa|\.ssh\/|credentials)[^;&]*\|[^;&]*\b(?:curl|nc|wget)\b|\bcurl\b[^;&]*@\S*(?:\.env|id_rsa|credentials)/,
  ],
]

/** What a line looks like losing; undefined for most. */
export const graveLossOf = (text: string): string | undefined =>
  GRAVE.find(([, looks]) => looks.test(text))?.[0]

// Whether Claude Code would use a settings file at all. One invalid value makes the client drop the
// whole file without a word in `-p`, and with it an enabled plugin: a gate that is off while its
// registration looks right. The table is what 2.1.329 was seen to accept, key by key.
import { isObject, member } from './clientFiles.ts'

type Check = (value: unknown) => string | undefined

const expected =
  (what: string, test: (value: unknown) => boolean): Check =>
  (value) =>
    test(value) ? undefined : `expected ${what}`

const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? undefined : check(value)

const isText = (value: unknown): value is string => typeof value === 'string'
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)

const flag = expected('true or false', (value) => typeof value === 'boolean')
const flagOrNull = orNull(flag)
const text = expected('a string', isText)
const texts = expected('an array of strings', isTexts)
const textOrTexts = expected('a string or an array of strings', (v) => isText(v) || isTexts(v))
const list = expected('an array', Array.isArray)
const listOrNull = orNull(list)
const object = expected('an object', isObject)
const number = (least: number): Check =>
  expected(`a number of at least ${least}`, (v) => typeof v === 'number' && v >= least)
const integer = (least: number): Check =>
  expected(`a whole number of at least ${least}`, (v) => Number.isInteger(v) && Number(v) >= least)
const share = (test: (value: number) => boolean): Check =>
  expected('a number up to 1', (v) => typeof v === 'number' && v <= 1 && test(v))
const oneOf = (...words: ReadonlyArray<string>): Check =>
  expected(`one of ${words.join(', ')}`, (value) => isText(value) && words.includes(value))

/** An object whose members of these names, where present, pass their checks; others are free. */
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (!isObject(value)) return 'expected an object'
    for (const [key, check] of Object.entries(checks)) {
      if (!Object.hasOwn(value, key)) continue
      const problem = check(value[key])
      if (problem !== undefined) return `${key}: ${problem}`
    }
    return undefined
  }

const required =
  (keys: ReadonlyArray<string>, check: Check): Check =>
  (value) =>
    keys.find((key) => !isObject(value) || !Object.hasOwn(value, key)) === undefined
      ? check(value)
      : `expected an object with ${keys.join(' and ')}`

const every =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'expected an array'
    for (const [i, item] of value.entries()) {
      const problem = check(item)
      if (problem !== undefined) return `${i}: ${problem}`
    }
    return undefined
  }

const commandOf = required(
  ['type', 'command'],
  fields({ type: oneOf('command'), command: text, padding: number(0) }),
)

const COMMON_HOOK = {
  if: text,
  timeout: expected('a number above 0', (v) => typeof v === 'number' && v > 0),
  statusMessage: text,
  once: flag,
}
const onFailure = oneOf('continue', 'block')
const HANDLERS: Readonly<Record<string, Check>> = {
  command: required(
    ['command'],
    fields({
      ...COMMON_HOOK,
      command: text,
      args: texts,
      shell: oneOf('bash', 'powershell'),
      onFailure,
      async: flag,
      asyncRewake: flag,
    }),
  ),
  http: required(
    ['url'],
    fields({
      ...COMMON_HOOK,
      url: expected('a URL', (v) => isText(v) && URL.canParse(v)),
      onFailure,
    }),
  ),
  mcp_tool: required(
    ['server', 'tool'],
    fields({ ...COMMON_HOOK, server: text, tool: text, onFailure }),
  ),
  prompt: required(['prompt'], fields({ ...COMMON_HOOK, prompt: text })),
  agent: required(['prompt'], fields({ ...COMMON_HOOK, prompt: text })),
}

const handler: Check = (value) => {
  const type = member(value, 'type')
  const check = isText(type) && Object.hasOwn(HANDLERS, type) ? HANDLERS[type] : undefined
  return check === undefined
    ? `type: expected one of ${Object.keys(HANDLERS).join(', ')}`
    : check(value)
}

/**
 * On the two events that guard permissions one bad handler drops the file; on every other event the
 * client drops that handler alone.
 */
const guardingHooks: Check = (value) =>
  value === null
    ? undefined
    : every(required(['hooks'], fields({ matcher: text, hooks: every(handler) })))(value)

const enabledPlugins: Check = (value) => {
  if (!isObject(value)) return 'expected an object'
  for (const [key, enabled] of Object.entries(value))
    if (typeof enabled !== 'boolean' && !isTexts(enabled)) return `${key}: expected true or false`
  return undefined
}

const rules = list
const DEFAULT_MODES = [
  'acceptEdits',
  'auto',
  'bypassPermissions',
  'default',
  'dontAsk',
  'manual',
  'plan',
] as const

const named = (check: Check, keys: string): ReadonlyArray<readonly [string, Check]> =>
  keys
    .trim()
    .split(/\s+/)
    .map((key) => [key, check] as const)

/** Keys that are not here were accepted with any value. */
const CHECKS: Readonly<Record<string, Check>> = Object.fromEntries([
  ['enabledPlugins', enabledPlugins],
  [
    'hooks',
    (value) =>
      isObject(value)
        ? fields({ PreToolUse: guardingHooks, PermissionRequest: guardingHooks })(value)
        : undefined,
  ],
  [
    'permissions',
    fields({
      allow: rules,
      deny: rules,
      ask: rules,
      additionalDirectories: texts,
      defaultMode: oneOf(...DEFAULT_MODES),
      disableBypassPermissionsMode: oneOf('disable'),
      disableAutoMode: oneOf('disable'),
    }),
  ],
  ['statusLine', commandOf],
  ['fileSuggestion', commandOf],
  ['defaultShell', oneOf('bash', 'powershell')],
  ['cleanupPeriodDays', integer(1)],
  ['desktopSessionCleanupPeriodDays', integer(0)],
  ['skillListingMaxDescChars', integer(1)],
  ['skillListingBudgetFraction', share((value) => value > 0)],
  ['feedbackSurveyRate', share((value) => value >= 0)],
  ['feedbackDrafts', orNull(oneOf('notify', 'quiet', 'off'))],
  ['disableAutoMode', orNull(oneOf('disable'))],
  ['disableDeepLinkRegistration', orNull(oneOf('disable'))],
  ['workflowSizeGuideline', oneOf('unrestricted', 'small', 'medium', 'large')],
  ['parentSettingsBehavior', oneOf('first-wins', 'merge')],
  ['managedSourcesBehavior', oneOf('first-wins', 'merge')],
  [
    'spinnerVerbs',
    required(['mode', 'verbs'], fields({ mode: oneOf('append', 'replace'), verbs: texts })),
  ],
  ['autoUpdatesChannel', oneOf('latest', 'stable', 'rc')],
  ['tui', oneOf('default', 'fullscreen')],
  ['daemonColdStart', oneOf('transient', 'ask')],
  ['defaultView', oneOf('chat', 'transcript')],
  [
    'attribution',
    expected('true, false or an object', (v) => typeof v === 'boolean' || isObject(v)),
  ],
  ...named(
    text,
    `
      $schema apiKeyHelper proxyAuthHelper awsCredentialExport awsAuthRefresh gcpAuthRefresh
      processWrapper attributionProject model prUrlTemplate otelHeadersHelper outputStyle
      language advisorModel agent minimumVersion requiredMinimumVersion requiredMaximumVersion
      plansDirectory timeFormat timeZone autoMemoryDirectory claudeMd pluginTrustMessage
    `,
  ),
  ...named(
    flag,
    `
      respectGitignore wslInheritsWindowsSettings includeCoAuthoredBy includeGitInstructions
      disableAllHooks disableReplyCheck workflowKeywordTriggerEnabled bashEditDiffEnabled
      respondToBashCommands allowAllClaudeAiMcps allowClaudeInChromeWithManagedMcp
      allowNestedModelAccessUnderForceLogin forceRemoteSettingsRefresh spinnerTipsEnabled
      syntaxHighlightingDisabled terminalTitleFromRename alwaysThinkingEnabled fastMode
      promptSuggestionEnabled emojiCompletionEnabled showClearContextOnPlanAccept
      prefersReducedMotion autoMemoryEnabled autoDreamEnabled showThinkingSummaries verbose
      autoCompactEnabled precomputeCompactionEnabled idleCompaction switchModelsOnFlag
      autoScrollEnabled wheelScrollAccelerationEnabled fileCheckpointingEnabled
      showTurnDuration showMessageTimestamps terminalProgressBarEnabled todoFeatureEnabled
      inputNeededNotifEnabled agentPushNotifEnabled voiceEnabled
    `,
  ),
  ...named(
    flagOrNull,
    `
      syncClaudeAiSkills syncClaudeAiPlugins enforceAvailableModels enableAllProjectMcpServers
      disableClaudeAiConnectors disableBundledSkills disableAgentView disableRemoteControl
      disableWorkflows disableArtifact enableArtifact enableWorkflows
      disableSkillShellExecution disableWindowsBashCommandSplit allowManagedHooksOnly
      allowManagedPermissionRulesOnly allowManagedMcpServersOnly disableCommandPluginSources
      disableSideloadFlags skipWebFetchPreflight fastModePerSessionOptIn channelsEnabled
      skipDangerousModePermissionPrompt autoContinueAtUsageLimit remoteControlAtStartup
      isolatePeerMachines autoUploadSessions skipAutoPermissionPrompt useAutoModeDuringPlan
    `,
  ),
  ...named(
    object,
    `
      env modelOverrides skillOverrides worktree sandbox pluginConfigs remote voice autoMode
    `,
  ),
  ...named(
    texts,
    `
      fallbackModel availableModels allowedHttpHookUrls httpHookAllowedEnvVars
      pluginSuggestionMarketplaces companyAnnouncements claudeMdExcludes
    `,
  ),
  ...named(list, 'allowedChannelPlugins sshConfigs'),
  ...named(textOrTexts, 'enabledMcpjsonServers disabledMcpjsonServers forceLoginOrgUUID'),
  ...named(listOrNull, 'strictKnownMarketplaces allowedMarketplaces blockedMarketplaces'),
] satisfies ReadonlyArray<readonly [string, Check]>)

/**
 * Why the client would drop a settings file with this parsed value, as `key: what was expected`;
 * undefined when it would use it. Values of the file are not quoted: they may be secrets.
 */
export const settingsProblem = (value: unknown): string | undefined => {
  if (!isObject(value)) return 'expected an object'
  return fields(CHECKS)(value)
}

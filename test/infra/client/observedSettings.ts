// Which kinds of value Claude Code 2.1.329 accepted for each of its settings: tried one by one on the
// client, a key being accepted when a plugin enabled beside it still loaded.
export const OBSERVED: ReadonlyArray<{ readonly accepts: string; readonly keys: string }> = [
  {
    accepts: 'str',
    keys: '$schema apiKeyHelper proxyAuthHelper awsCredentialExport awsAuthRefresh gcpAuthRefresh processWrapper attributionProject model prUrlTemplate otelHeadersHelper outputStyle language advisorModel agent minimumVersion requiredMinimumVersion requiredMaximumVersion plansDirectory timeFormat timeZone autoMemoryDirectory claudeMd pluginTrustMessage',
  },
  {
    accepts: 'null|bool|num|str|arr|obj',
    keys: 'policyHelper attributionProjectPolicy availableModelsMatch deniedModels modelPicker modelPricing managedMcpServers allowedMcpServers deniedMcpServers hooks bashOutputMaxChars taskOutputMaxChars desktopMcpServersListScope strictPluginOnlyCustomization footerLinksRegexes subagentStatusLine prependPlugins appendPlugins additionalMarketplaces forceLoginMethod forceLoginGatewayUrl gatewayInternalNetworks allowedProviders viewMode spinnerTipsOverride maxProseWidth spellcheck promptCacheTtl subagentPromptCacheTtl effortLevel maxEffortLevel modelSettings ultracode autoCompactWindow askUserQuestionTimeout dialogExpiry sshHostCommands theme editorMode keybindingFlavor vimInsertModeRemaps preferredNotifChannel teammateMode crossSessionInbound',
  },
  {
    accepts: '',
    keys: 'fileSuggestion workflowSizeGuideline defaultShell statusLine parentSettingsBehavior managedSourcesBehavior spinnerVerbs autoUpdatesChannel tui daemonColdStart defaultView',
  },
  {
    accepts: 'bool',
    keys: 'respectGitignore wslInheritsWindowsSettings includeCoAuthoredBy includeGitInstructions disableAllHooks disableReplyCheck workflowKeywordTriggerEnabled bashEditDiffEnabled respondToBashCommands allowAllClaudeAiMcps allowClaudeInChromeWithManagedMcp allowNestedModelAccessUnderForceLogin forceRemoteSettingsRefresh spinnerTipsEnabled syntaxHighlightingDisabled terminalTitleFromRename alwaysThinkingEnabled fastMode promptSuggestionEnabled emojiCompletionEnabled showClearContextOnPlanAccept prefersReducedMotion autoMemoryEnabled autoDreamEnabled showThinkingSummaries verbose autoCompactEnabled precomputeCompactionEnabled idleCompaction switchModelsOnFlag autoScrollEnabled wheelScrollAccelerationEnabled fileCheckpointingEnabled showTurnDuration showMessageTimestamps terminalProgressBarEnabled todoFeatureEnabled inputNeededNotifEnabled agentPushNotifEnabled voiceEnabled',
  },
  {
    accepts: 'num',
    keys: 'cleanupPeriodDays desktopSessionCleanupPeriodDays skillListingMaxDescChars skillListingBudgetFraction feedbackSurveyRate',
  },
  {
    accepts: 'null|bool',
    keys: 'syncClaudeAiSkills syncClaudeAiPlugins enforceAvailableModels enableAllProjectMcpServers disableClaudeAiConnectors disableBundledSkills disableAgentView disableRemoteControl disableWorkflows disableArtifact enableArtifact enableWorkflows disableSkillShellExecution disableWindowsBashCommandSplit allowManagedHooksOnly allowManagedPermissionRulesOnly allowManagedMcpServersOnly disableCommandPluginSources disableSideloadFlags skipWebFetchPreflight fastModePerSessionOptIn channelsEnabled skipDangerousModePermissionPrompt autoContinueAtUsageLimit remoteControlAtStartup isolatePeerMachines autoUploadSessions skipAutoPermissionPrompt useAutoModeDuringPlan',
  },
  {
    accepts: 'obj',
    keys: 'env permissions modelOverrides skillOverrides worktree sandbox pluginConfigs remote voice autoMode',
  },
  { accepts: 'bool|obj', keys: 'attribution' },
  {
    accepts: 'arr',
    keys: 'fallbackModel availableModels allowedHttpHookUrls httpHookAllowedEnvVars pluginSuggestionMarketplaces companyAnnouncements allowedChannelPlugins sshConfigs claudeMdExcludes',
  },
  { accepts: 'str|arr', keys: 'enabledMcpjsonServers disabledMcpjsonServers forceLoginOrgUUID' },
  { accepts: 'null|arr', keys: 'strictKnownMarketplaces allowedMarketplaces blockedMarketplaces' },
  { accepts: 'null', keys: 'feedbackDrafts disableAutoMode disableDeepLinkRegistration' },
]

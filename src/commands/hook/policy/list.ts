import { listLines } from '../../render/policyList.ts'
import { HookCommand } from '../../terminal/command.ts'

export default class PolicyList extends HookCommand {
  static override summary = 'list the policies that come with the program'
  static override description =
    'Each with what it is for, and which of them are in force. Several can be applied together.'
  static override examples = [
    '<%= config.bin %> hook policy list',
    '<%= config.bin %> hook policy show web-dev --rules',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(PolicyList)
    const { listedTemplates, policyInForce } = await import('../../oneShot/policyList.ts')
    const inForce = await policyInForce()
    const templates = listedTemplates(inForce?.policy)
    await this.result(
      flags,
      {
        templates,
        inForce:
          inForce === undefined ? null : { name: inForce.policy.name, digest: inForce.digest },
      },
      () => listLines(templates, inForce, this.terminal),
    )
  }
}

import { HookCommand } from '../../terminal/command.ts'

export default class PolicySchema extends HookCommand {
  static override summary = 'print the JSON Schema of a policy'
  static override description =
    'Draft 2020-12, for editors and other programs. Name the file in a policy under "$schema".'
  static override examples = ['<%= config.bin %> hook policy schema > policy.schema.json']

  async run(): Promise<void> {
    await this.parse(PolicySchema)
    const { policyJsonSchema } = await import('../../../domain/policy/jsonSchema.ts')
    await this.printJson(policyJsonSchema())
  }
}

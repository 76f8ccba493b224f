// Virtual machines: what only looks, what starts one, and what deletes one with its disks.
import type { Behaviour, ProgramRow } from '../program.ts'

const NOTHING: Behaviour = {}
const DESTROYS: Behaviour = { does: ['destroy.infra'] }

export const MACHINES: ReadonlyArray<ProgramRow> = [
  {
    names:
      'vagrant multipass limactl lima colima virsh vboxmanage prlctl tart orb orbctl utmctl lume',
    sub: {
      'list list-all ls status info version ssh-config validate global-status dominfo domstate net-list pool-list vol-list nodeinfo capabilities showvminfo dumpxml domblklist networks find aliases port box-list hostinfo logs ip ssh-key docker-env addons-list profile-list':
        NOTHING,
      'destroy delete undefine purge unregistervm remove vol-delete pool-delete net-destroy snapshot-delete closemedium reset rm':
        DESTROYS,
      box: {
        sub: { 'list outdated': NOTHING, 'remove prune': DESTROYS },
        other: { does: ['net.fetch', 'writes ~/.vagrant.d', 'exec', 'container-code'] },
      },
      plugin: {
        sub: { list: NOTHING },
        other: { does: ['net.fetch', 'writes ~/.vagrant.d', 'exec', 'new-package'] },
      },
    },
    other: { does: ['exec', 'container-code'] },
    examples: [
      'vagrant status =>',
      'vagrant destroy -f => destroy.infra',
      'vagrant up => exec vagrant, opaque container-code',
      'virsh list --all =>',
      'virsh undefine x => destroy.infra',
    ],
  },
  {
    names: 'qemu-system-x86_64 qemu-system-aarch64 qemu-img',
    style: 'long',
    options: { '-hda -hdb -cdrom -drive -kernel -initrd': 'data' },
    sub: { 'info check map compare': { operands: ['read'] } },
    other: { does: ['exec', 'container-code'] },
    run: (call) => call.exec('container-code'),
    examples: [
      'qemu-img info a.qcow2 => fs.read a.qcow2',
      'qemu-system-x86_64 -hda a.img => exec qemu-system-x86_64, opaque container-code',
    ],
  },
]

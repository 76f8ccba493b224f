// Programs that decide which packets pass, and those that look into them.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { names, settingUnless, showsOnly, verbOf } from './showing.ts'

const changes = (call: ProgramCall): void => call.effect('privilege', { name: call.name })

const filter = (call: ProgramCall): void => {
  if (call.args.length === 0) return
  if (!call.hasExactly('-L', '--list', '-S', '--list-rules', '-C', '--check', '-V')) changes(call)
  else if (call.hasExactly('-Z', '--zero', '-F', '--flush')) changes(call)
}

const firewall = (call: ProgramCall): void => {
  const shows = [...call.flagNames].some((flag) =>
    /^--(?:list-.*|get-.*|query-.*|state|info-.*|check-config|path-.*)$/.test(flag),
  )
  if (call.args.length > 0 && !shows) changes(call)
}

const tables = (call: ProgramCall): void => {
  if (call.has('-c', '--check')) return
  if (call.value('-f', '--file') !== undefined || call.has('-i', '--interactive')) changes(call)
  else if (!/^(?:list|describe|monitor|)$/.test(verbOf(call))) changes(call)
}

const packets = (call: ProgramCall): void => {
  if (
    call.value('-r', '--read-file') === undefined &&
    !call.hasExactly('-D', '-L', '--list-interfaces')
  )
    changes(call)
}

export const PACKET_FILTERS: ReadonlyArray<ProgramRow> = [
  {
    names: 'iptables ip6tables ebtables arptables iptables-legacy iptables-nft ip6tables-legacy',
    options: { '-t --table': 'data' },
    run: filter,
    examples: ['iptables -F => privilege iptables', 'iptables -t nat -L -n =>'],
  },
  {
    names: 'iptables-save ip6tables-save',
    options: { '-f --file': 'write', '-t --table -M': 'data' },
    run: () => undefined,
    examples: ['iptables-save =>', 'iptables-save -f a => fs.write a'],
  },
  {
    names:
      'iptables-restore ip6tables-restore conntrack wg-quick netplan ifup ifdown ifquery ipvsadm',
    run: (call) => {
      if (
        !call.has('-t', '--test', '-L', '--list', '-S', '--stats') &&
        !/^(?:get|status|info|ip)$/.test(verbOf(call))
      )
        changes(call)
    },
    examples: [
      'iptables-restore a => privilege iptables-restore',
      'wg-quick up wg0 => privilege wg-quick',
      'netplan get =>',
    ],
  },
  {
    names: 'nft',
    options: { '-f --file -D --define -I --includepath': 'data' },
    run: tables,
    examples: ['nft list ruleset =>', 'nft flush ruleset => privilege nft'],
  },
  {
    names: 'ufw',
    run: (call) => {
      const [verb, inner] = [verbOf(call), verbOf(call, 1)]
      const shown =
        verb === 'app' ? /^(?:list|info)$/.test(inner) : /^(?:status|show|version|)$/.test(verb)
      if (!shown && !call.has('--dry-run')) changes(call)
    },
    examples: ['ufw status =>', 'ufw disable => privilege ufw'],
  },
  {
    names: 'firewall-cmd',
    run: firewall,
    examples: [
      'firewall-cmd --list-all =>',
      'firewall-cmd --add-port=1/tcp => privilege firewall-cmd',
    ],
  },
  {
    names: 'pfctl',
    options: { '-s -f -F -k -K -a -i -t -T -p -o -x -D -b': 'data' },
    run: (call) => {
      if (!showsOnly(call, names('-s -v -n -q -g -r -P -a -i'))) changes(call)
    },
    examples: ['pfctl -s rules =>', 'pfctl -d => privilege pfctl', 'pfctl -sr =>'],
  },
  {
    names: 'ipset',
    run: settingUnless('list save test help version'),
    examples: ['ipset list =>', 'ipset flush => privilege ipset'],
  },
  {
    names: 'tcpdump tshark dumpcap ngrep',
    options: {
      '-r --read-file': 'read',
      '-w': 'write',
      '-z': 'code',
      '-i --interface -c -s --snapshot-length -C -G -W -F -B -E -y -Y -T -e -f': 'data',
    },
    run: packets,
    examples: ['tcpdump -r a.pcap => fs.read a.pcap', 'tcpdump -i any => privilege tcpdump'],
  },
]

// Programs that show or change how this machine is connected: addresses, routes, filters, names.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { settingUnlessOnly, verbOf } from './showing.ts'

const changes = (call: ProgramCall): void => call.effect('privilege', { name: call.name })

/** Verbs may be shortened as long as they are told apart. */
const IP_SHOWS =
  /^(?:s|sh|sho|show|showdump|l|li|lis|list|ls|lst|g|ge|get|h|he|hel|help|m|mo|mon|moni|monit|monitor|sa|sav|save|list-id|pids|identify|stats|count|)$/

const ip = (call: ProgramCall): void => {
  if (call.hasExactly('-b', '-batch')) {
    changes(call)
    return
  }
  const [object, verb] = [verbOf(call), verbOf(call, 1)]
  if (/^(?:net|netn|netns|vrf)$/.test(object) && /^e(?:x|xe|xec)?$/.test(verb)) {
    changes(call)
    const every = call.hasExactly('-all', '-a', '--all')
    call.runs(call.operands.slice(every ? 2 : 3))
    return
  }
  // `ip link s` is set, for other objects it is show.
  const sets = /^l(?:i|in|ink)?$/.test(object) && verb === 's'
  if (sets) changes(call)
  else if (!/^mon(?:i|it|ito|itor)?$/.test(object) && !IP_SHOWS.test(verb)) changes(call)
}

const FAMILY = /^(?:inet6?|ether|link|lladdr|atalk|ipx|ax25|-[a-zA-Z]+)$/

const interfaces = (call: ProgramCall): void => {
  const [, ...rest] = call.operands
  const flagged = call.hasExactly(
    '-arp',
    '-promisc',
    '-allmulti',
    '-alias',
    '-multicast',
    '-dynamic',
  )
  if (flagged || rest.length > 1 || rest.some((word) => !FAMILY.test(word.text))) changes(call)
}

const wireless = (call: ProgramCall): void => {
  if (call.operands.length > 1) changes(call)
}

const routes = (call: ProgramCall): void => {
  if (!/^(?:get|print|monitor|show|)$/.test(verbOf(call)) || call.hasExactly('-f')) changes(call)
}

const neighbours = (call: ProgramCall): void => {
  if (call.hasExactly('-d', '-s', '-f', '--delete', '--set', '--file', '-S')) changes(call)
}

const NM_SHOWS =
  /^(?:s|sh|sho|show|status|hostname|permissions|connectivity|check|list|help|monitor|logging|)$/

const manager = (call: ProgramCall): void => {
  const [object, verb, third] = [verbOf(call), verbOf(call, 1), verbOf(call, 2)]
  if (
    call.hasExactly('-s', '--show-secrets') ||
    verb === 'show-password' ||
    third === 'show-password'
  )
    call.effect('secret.read', { name: 'wifi' })
  if (/^(?:monitor|m|)$/.test(object)) return
  if (/^(?:w|wi|wif|wifi)$/.test(verb) && /^(?:list|show-password|)$/.test(third)) return
  if (/^(?:radio|r|networking|n)$/.test(object) && /^(?:on|off)$/.test(third || verb)) changes(call)
  else if (/^(?:radio|r)$/.test(object)) return
  else if (!NM_SHOWS.test(verb) || (verb === 'hostname' && third !== '')) changes(call)
}

const LINK_SHOWS =
  /^(?:show|showmacs|showstp|list|ls|get|info|link|dump|scan|status|monitor|event|devices|paired-devices|ping|scan_results|list_networks|list-br|list-ports|help|version)$/
const LINK_CHANGES =
  /^(?:set|add|del|delete|flush|change|replace|up|down|connect|disconnect|start|stop|leave|join|remove|block|unblock|power|pair|trust)$/

/** An object with nothing said of it is shown. */
const link = (call: ProgramCall): void => {
  const words = call.operands.map((word) => textOf(word) ?? '?')
  const bare = words.length === 0 || (words.length === 1 && /^(?:iw|tc|bridge)$/.test(call.name))
  const shown = bare || words.some((word) => LINK_SHOWS.test(word))
  if (!shown || words.some((word) => LINK_CHANGES.test(word))) changes(call)
}

/** Small letters of ethtool ask, and a few of them change. */
const adapter = (call: ProgramCall): void => {
  const asks =
    /^-(?:[iSkgacldnTxmPeu]|-(?:show-.*|driver|statistics|register-dump|eeprom-dump|module-info|json|phy-statistics|include-statistics|version|test))$/
  if (![...call.flagNames].every((flag) => asks.test(flag))) changes(call)
}

const locations = (call: ProgramCall): void => {
  const [flag] = call.args
  if (flag !== undefined && !/^-(?:get|list|show|print|is|help|version)/.test(flag.text))
    changes(call)
}

const SCUTIL_SHOWS = /^(?:--(?:get|dns|proxy|nwi|help|error|advisory)|-[rwvW])$/

const configuration = (call: ProgramCall): void => {
  const [first, second] = call.args
  if (first === undefined) {
    // Without an argument it takes commands from its input.
    if (call.around.command.stdin.from !== 'none') changes(call)
    return
  }
  const shown =
    first.text === '--nc'
      ? /^(?:list|status|show|help)$/.test(second?.text ?? '')
      : SCUTIL_SHOWS.test(first.text)
  if (!shown) changes(call)
}

export const NETWORK_CONFIG: ReadonlyArray<ProgramRow> = [
  {
    names: 'ip',
    style: 'long',
    options: { '-f -family -n -netns -rc -rcvbuf -l -loops -b -batch': 'data' },
    run: ip,
    examples: [
      'ip addr =>',
      'ip -br a =>',
      'ip monitor link =>',
      'ip link show up =>',
      'ip route get 10.0.0.1 =>',
      'ip link set eth0 down => privilege ip',
      'ip netns exec x rm a => privilege ip, fs.delete a',
    ],
  },
  {
    names: 'ifconfig',
    style: 'long',
    run: interfaces,
    examples: [
      'ifconfig =>',
      'ifconfig -a =>',
      'ifconfig eth0 =>',
      'ifconfig eth0 mtu 9000 => privilege ifconfig',
      'ifconfig eth0 -arp => privilege ifconfig',
    ],
  },
  {
    names: 'iwconfig',
    run: wireless,
    examples: ['iwconfig wlan0 =>', 'iwconfig wlan0 essid x => privilege iwconfig'],
  },
  {
    names: 'route',
    style: 'long',
    run: routes,
    examples: ['route -n =>', 'route add default x => privilege route'],
  },
  {
    names: 'arp',
    style: 'long',
    options: { '-i': 'data' },
    run: neighbours,
    examples: ['arp -an =>', 'arp -d x => privilege arp'],
  },
  {
    names: 'nmcli',
    options: { '-f --fields -g --get-values -m --mode -c --colors -w --wait -e': 'data' },
    run: manager,
    examples: [
      'nmcli device status =>',
      'nmcli con show =>',
      'nmcli con up x => privilege nmcli',
      'nmcli dev wifi show-password => secret.read wifi',
    ],
  },
  {
    names: 'iw brctl bridge rfkill bluetoothctl wpa_cli tc resolvconf ovs-vsctl',
    run: link,
    examples: [
      'iw dev =>',
      'tc qdisc show =>',
      'rfkill block all => privilege rfkill',
      'tc qdisc add dev eth0 root netem => privilege tc',
    ],
  },
  {
    names: 'ethtool',
    run: adapter,
    examples: ['ethtool eth0 =>', 'ethtool -s eth0 speed 10 => privilege ethtool'],
  },
  {
    names: 'ss netstat lsof sar iotop iftop nethogs nload vnstat bmon',
    run: (call) => {
      if (call.name === 'ss' && call.has('-K', '--kill')) changes(call)
    },
    examples: ['lsof -i =>', 'ss -tlnp =>', 'ss -K dst 10.0.0.1 => privilege ss'],
  },
  {
    names: 'fuser',
    run: (call) => {
      if (call.has('-k', '--kill')) call.effect('destroy.data', { name: 'process' })
    },
    examples: ['fuser 80/tcp =>', 'fuser -k 80/tcp => destroy.data process'],
  },
  {
    names: 'wg',
    run: (call) => {
      const verb = verbOf(call)
      if (/^(?:showconf|genkey|genpsk)$/.test(verb))
        call.effect('secret.read', { name: 'wireguard' })
      else if (!/^(?:show|pubkey|)$/.test(verb)) changes(call)
    },
    examples: [
      'wg show =>',
      'wg showconf wg0 => secret.read wireguard',
      'wg set wg0 x => privilege wg',
    ],
  },
  {
    names: 'resolvectl systemd-resolve',
    run: (call) => {
      const verb = verbOf(call)
      if (
        !/^(?:status|query|service|openpgp|tlsa|statistics|show-cache|show-server-state|monitor|)$/.test(
          verb,
        ) &&
        call.operands.length > 1
      )
        changes(call)
      else if (/^(?:flush|reset|revert|log)/.test(verb)) changes(call)
    },
    examples: [
      'resolvectl status =>',
      'resolvectl flush-caches => privilege resolvectl',
      'resolvectl dns eth0 10.0.0.1 => privilege resolvectl',
    ],
  },
  {
    names: 'networksetup',
    style: 'long',
    run: locations,
    examples: [
      'networksetup -listallhardwareports =>',
      'networksetup -setdnsservers Wi-Fi 10.0.0.1 => privilege networksetup',
    ],
  },
  {
    names: 'scutil',
    run: configuration,
    examples: [
      'scutil --dns =>',
      'scutil --set HostName x => privilege scutil',
      'scutil --nc list =>',
    ],
  },
  {
    names: 'ipconfig',
    run: (call) => {
      if (/^(?:set|setverbose|addcfg|release|renew)/.test(verbOf(call))) changes(call)
      else if (call.args.some((word) => /^\/(?:release|renew|flushdns)/i.test(word.text)))
        changes(call)
    },
    examples: [
      'ipconfig getifaddr en0 =>',
      'ipconfig /all =>',
      'ipconfig set en0 DHCP => privilege ipconfig',
    ],
  },
  {
    names: 'dscacheutil',
    style: 'long',
    options: { '-q': 'data', '-a': 'pair' },
    run: settingUnlessOnly('-q -a -cachedump -configuration -statistics -entries -buckets'),
    examples: ['dscacheutil -q user =>', 'dscacheutil -flushcache => privilege dscacheutil'],
  },
]

// Web servers, proxies and monitors: a test of their configuration looks, starting, stopping and
// reloading changes what the machine serves.
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'
import { service } from './verbs.ts'

const stops = (call: ProgramCall, signal: string | undefined): void => {
  if (signal !== undefined && /^(?:stop|quit|halt|kill|term|graceful-stop|shutdown)$/i.test(signal))
    call.effect('destroy.infra')
  else call.effect('privilege', { name: 'server' })
}

/** `nginx -t`, `nginx -s stop`, `haproxy -c -f file`. */
const daemon =
  (tests: ReadonlyArray<string>) =>
  (call: ProgramCall): void => {
    for (const file of call.valuesOf('-f')) call.take('read', file)
    if (call.hasExactly(...tests)) return
    const signal = textOf(call.value('-s', '-k'))
    if (signal !== undefined) {
      stops(call, signal)
      return
    }
    if (call.hasExactly('-sf', '-st') || call.value('-sf', '-st') !== undefined) {
      call.effect('destroy.infra')
      return
    }
    const [verb] = call.operands
    const word = textOf(verb)
    if (word !== undefined && /^(?:configtest|status|fullstatus|help|version)$/.test(word)) return
    if (word === undefined) {
      call.effect('spawn', { name: 'server' })
      call.effect('privilege', { name: 'server' })
    } else stops(call, word)
  }

const monitor = (call: ProgramCall): void => {
  if (
    call.args.every((word) =>
      /^(?:--(?:help|help-long|help-man|version|check-config)|-h)$/.test(word.text),
    )
  )
    return
  call.effect('spawn', { name: 'server' })
  call.exec('unknown-program')
}

export const SERVERS: ReadonlyArray<ProgramRow> = [
  {
    names: 'serve http-server live-server sirv sirv-cli',
    options: {
      '-l --listen -p --port -a --host -c --config -e --ext -P --proxy -C --cert -K --key -t --wait --mount --open --entry-file':
        'data',
    },
    operands: ['scan'],
    does: ['spawn'],
    examples: [
      'npx serve dist => spawn, fs.read dist',
      'http-server ~/.ssh -p 80 => spawn, fs.read ~/.ssh, secret.read ~/.ssh',
    ],
  },
  {
    names: 'nginx openresty tengine angie',
    options: { '-c -p -g -s -e': 'data' },
    run: daemon(['-t', '-T', '-v', '-V', '-h', '-?']),
    examples: [
      'nginx -t =>',
      'nginx -s stop => destroy.infra',
      'nginx -s reload => privilege server',
      'nginx => spawn server, privilege server',
    ],
  },
  {
    names: 'apachectl apache2ctl httpd apache2 lighttpd',
    options: { '-f -k -D -d -C -c': 'data' },
    run: daemon(['-t', '-v', '-V', '-l', '-L', '-S', '-M', '-tt']),
    examples: [
      'apachectl configtest =>',
      'apachectl -k stop => destroy.infra',
      'apachectl graceful => privilege server',
    ],
  },
  {
    names: 'haproxy varnishd squid envoy',
    style: 'long',
    options: { '-f -p -L -n -m -sf -st -k -a -b': 'data' },
    run: daemon(['-c', '-v', '-vv', '-C', '-h', '--version']),
    examples: [
      'haproxy -c -f a.cfg => fs.read a.cfg',
      'haproxy -vv =>',
      'haproxy -f a.cfg -sf 1 => fs.read a.cfg, destroy.infra',
    ],
  },
  {
    names:
      'prometheus alertmanager grafana-server node_exporter pushgateway loki blackbox_exporter',
    run: monitor,
    examples: [
      'prometheus --help-long =>',
      'prometheus --config.file=a.yml => spawn server, exec prometheus, opaque unknown-program',
    ],
  },
  service(
    'promtool amtool traefik caddy varnishadm varnishlog varnishstat pm2-status monit uwsgitop php-fpm',
    '--url --alertmanager.url --config -c -s -n -T -S --adapter --author --duration --comment -a -f',
    {
      looks:
        'check, query, test, debug, tsdb list, tsdb analyze, tsdb dump, promql format, check-config, config, config show, config routes, cluster, alert, alert query, silence query, silence, template render, healthcheck, version, validate, adapt, list-modules, build-info, environ, fmt, hash-password, status, avail, tail, summary, report, procmatch, banner, ping, backend.list, vcl.list, param.show, panic.show, storage.list, varnishlog, varnishstat',
      changes:
        'silence add, silence update, silence import, alert add, push, reload, start, restart, run, update, reread, add, vcl.load, vcl.use, param.set, storage-create, promql label-edit, tsdb create-blocks-from, upgrade, add-package, trust, file-server, reverse-proxy, respond, fg, signal, monitor, reopen',
      destroys:
        'silence expire, stop, shutdown, remove, clear, unmonitor, ban, vcl.discard, untrust, remove-package, panic.clear, quit',
      bare: 'looks',
    },
    'promtool check rules a.yml => net.fetch',
    'promtool query instant http://localhost:9090 up => net.fetch',
    'amtool silence expire a => destroy.infra',
    'caddy validate => net.fetch',
    'caddy stop => destroy.infra',
  ),
]

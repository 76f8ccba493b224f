// The exchange programs that are written here, in perl and in JavaScript: one process that sends the
// request, takes the framed answer, checks it byte by byte and only then speaks. Neither may print
// anything unless the whole frame was right.
//
// Arguments: socket path, event, client's process id, deadline in seconds. Standard input is the
// payload. Exit statuses are below; no interpreter uses these two ANSWERED ones by itself, so one
// that is broken, replaced or killed cannot be mistaken for a permit.

/** The frame was right and its body was written; the frame's own exit status was 0, or was 2. */
export const ANSWERED_0 = 100
export const ANSWERED_2 = 102
/** Nobody listens. Nothing of the payload was read, so the same input can be sent again. */
export const NOBODY_LISTENS = 69
/** No whole answer within the deadline, or none at all. */
export const NO_WHOLE_ANSWER = 75

/** An answer beyond this is not one of ours: it would only fill the memory. Bytes. */
export const MAX_ANSWER_BYTES = 67_108_864

/**
 * No module is loaded (Socket and POSIX cost 4 ms): AF_UNIX and SOCK_STREAM are 1 on Linux, macOS
 * and the BSDs, and the address differs only in its first two bytes. Installing proves it by a real
 * exchange. Written without single quotes, to stand between them.
 *
 * A peer that closes early (EPIPE) may have answered first, so reading goes on. The deadline covers
 * everything up to the check; what follows waits on the client alone.
 */
export const PERL_EXCHANGE = String.raw`
my ($socket, $event, $deadline) = @ARGV;
$SIG{ALRM} = sub { exit ${NO_WHOLE_ANSWER} };
$SIG{PIPE} = "IGNORE";
alarm $deadline;
my $address = $^O eq "linux"
  ? pack("S a* x", 1, $socket) : pack("C C a* x", length($socket) + 3, 1, $socket);
socket(my $peer, 1, 1, 0) or exit ${NO_WHOLE_ANSWER};
connect($peer, $address) or exit ${NOBODY_LISTENS};
my $out = "ISO1 $event\n";
SEND: for (;;) {
  my $read = sysread STDIN, $out, 65536, length $out;
  defined $read or exit ${NO_WHOLE_ANSWER};
  while (length $out) {
    my $sent = syswrite $peer, $out;
    defined $sent or last SEND;
    substr($out, 0, $sent) = "";
  }
  $read or last;
}
shutdown $peer, 1;
my $in = "";
while (sysread $peer, $in, 65536, length $in) {
  length($in) > ${MAX_ANSWER_BYTES} and exit ${NO_WHOLE_ANSWER};
}
$in =~ /\AISO1 ([02]) (0|[1-9][0-9]{0,7})\n/ or exit ${NO_WHOLE_ANSWER};
my ($exit, $length, $head) = ($1, $2, $+[0]);
length($in) == $head + $length + 10 && substr($in, -10) eq "\nISO1-END\n"
  or exit ${NO_WHOLE_ANSWER};
$length == 0 || substr($in, $head, 1) eq "{" or exit ${NO_WHOLE_ANSWER};
alarm 0;
my ($at, $end) = ($head, $head + $length);
while ($at < $end) {
  my $sent = syswrite STDOUT, $in, $end - $at, $at;
  defined $sent or exit ${NO_WHOLE_ANSWER};
  $at += $sent;
}
exit ${ANSWERED_0} + $exit;
`

/** The same for Node, the last resort: it starts in ten times the time of the others. */
export const NODE_EXCHANGE = String.raw`
const [socket, event, deadline] = process.argv.slice(1);
const fail = () => process.exit(${NO_WHOLE_ANSWER});
const late = setTimeout(fail, deadline * 1000);
const peer = require("net").connect({ path: socket, allowHalfOpen: true });
let connected = false, size = 0;
const parts = [];
peer.on("connect", () => {
  connected = true;
  peer.write("ISO1 " + event + "\n");
  process.stdin.pipe(peer);
});
peer.on("error", () => { if (!connected) process.exit(${NOBODY_LISTENS}); });
peer.on("data", (part) => {
  parts.push(part);
  size += part.length;
  if (size > ${MAX_ANSWER_BYTES}) fail();
});
peer.on("end", () => peer.destroy());
peer.on("close", () => {
  const answer = Buffer.concat(parts);
  const head = /^ISO1 ([02]) (0|[1-9][0-9]{0,7})\n/.exec(answer.toString("latin1", 0, 32));
  if (head === null) fail();
  const start = head[0].length, end = start + Number(head[2]);
  if (answer.length !== end + 10 || answer.toString("latin1", end) !== "\nISO1-END\n") fail();
  if (end > start && answer[start] !== 0x7b) fail();
  clearTimeout(late);
  process.stdout.on("error", fail);
  process.stdout.write(answer.subarray(start, end), () => process.exit(${ANSWERED_0} + Number(head[1])));
});
`

"""Compares ovn-northd with the C one, less what docs/differences.md explains.

    OVN_PREFIX=… python3 judge TOOLS [options of compare_northd.py] CASE...

With --shuffled the rows of a case file are inserted in another order, as many
as there are between two other steps in one transaction.
TOOLS is the folder of compare_northd.py, which does the work: the same
databases, transactions and comparison.  `canonical`, `given` and `explained` know which
of the differences are no mistakes.  The last lines count what was explained.
"""
import collections
import contextlib
import io
import os
import random
import sys

os.environ.setdefault('PREFIX', os.environ.get('OVN_PREFIX', ''))
# The tools take the reference from it; ours comes by an option, and the two must not be the same.
os.environ.pop('NORTHD', None)
sys.path.insert(1, sys.argv.pop(1))
import compare_northd  # noqa: E402
import harness  # noqa: E402
import nblib  # noqa: E402
import sbdiff  # noqa: E402
from canonical import Database  # noqa: E402
from explained import Ours, unexplained  # noqa: E402
from given import Given  # noqa: E402
from northbound import Northbound  # noqa: E402

explained = collections.Counter()
refused = []


def differing(table, a, b, opts):
    """((sign, row, times) for each row that only one has, the number of rows compared, all rows by sign)."""
    if table == 'Logical_Flow':
        sides = [{k: frozenset().union(*(d for d, _ in v)) for k, v in db.canonical_flows(opts).items()} for db in (a, b)]
        lines = []
        for sign, flows, others in ('-', *sides), ('+', *reversed(sides)):
            only = {k: datapaths - others.get(k, frozenset()) for k, datapaths in flows.items()}
            lines += [(sign, k, len(datapaths)) for k, datapaths in only.items() if datapaths]
        return lines, sum(map(len, sides[0].values())), dict(zip('-+', sides))
    sides = [collections.Counter(db.row(table, r, opts) for r in db.rows[table].values()) for db in (a, b)]
    lines = [('-', k, n) for k, n in (sides[0] - sides[1]).items()]
    return lines + [('+', k, n) for k, n in (sides[1] - sides[0]).items()], sum(sides[0].values()), dict(zip('-+', sides))


def compare(a, b, ours, opts):
    """As sbdiff.compare, of A, which is C's, with B; less what is explained."""
    a.prepare()
    b.prepare()
    total = compared = 0
    for table in a.tables():
        lines, count, rows = differing(table, a, b, opts)
        compared += count
        lines, why = unexplained(table, lines, ours._replace(rows=rows))
        explained.update(why)
        if lines:
            count = sum(n for _, _, n in lines)
            total += count
            print('%s: %d differ (- only in the first, + only in the second)' % (table, count))
            for sign, key, n in sorted(lines, key=lambda x: x[1]):
                print('  %s %s  (x%d)' % (sign, key, n))
    print('judge: %d differing rows (%d rows compared)' % (total, compared))
    return 1 if total else 0


def diff_of_case(c, ours, name='OVN_Southbound'):
    """Takes the place of compare_northd.diff; each server holds both databases."""
    if name != 'OVN_Southbound':
        return plain_diff(c, ours, name)
    opts = compare_northd.Opts
    nb = sbdiff.Database(ours, 'OVN_Northbound')
    a, b = (Database(remote, 'OVN_Southbound', opts.tables) for remote in (c, ours))
    Database.northbound = Northbound(nb)
    given = Given(sbdiff.Database(c, 'OVN_Northbound'), nb)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = compare(a, b, Ours(nb, b, given, None), opts)
    return status, out.getvalue()


def shuffled(path):
    """The steps of a case file, with inserts of Northbound rows that stand together in random order."""
    steps, inserts, others = [], [], []

    def flush():
        if inserts or others:
            random.Random(1).shuffle(inserts)
            steps.append(['NB', *inserts, *others])
            inserts.clear()
            others.clear()

    for step in plain_read_case(path):
        if step[0] == 'NB':
            inserts += [op for op in step[1:] if op['op'] == 'insert']
            others += [op for op in step[1:] if op['op'] != 'insert']
        else:
            flush()
            steps.append(step)
    flush()
    return steps


def patient_sync(player, rounds, timeout_s, to):
    """Waits a minute for an answer where the tools ask again after two seconds.

    The C northd starts anew whenever it is asked while it writes, and never ends if that takes it longer.
    """
    plain_sync(player, rounds, max(timeout_s, 60), to)


def lenient_play(player, step):
    """Passes over a transaction that the Northbound database itself refuses: it changes nothing for either northd."""
    try:
        plain_play(player, step)
    except Exception as e:
        if step[0] != 'NB' or 'referential integrity violation' not in str(e):
            raise
        refused.append(step)


# The C northd takes minutes for a cluster of 500 nodes; what is given is (rounds, timeout_s, to).
harness.Central.sync.__defaults__ = (3, 900, None)
plain_sync, nblib.Player.sync = nblib.Player.sync, patient_sync
plain_play, nblib.Player.play = nblib.Player.play, lenient_play
plain_diff, compare_northd.diff = compare_northd.diff, diff_of_case
plain_read_case = compare_northd.read_case
if '--shuffled' in sys.argv:
    sys.argv.remove('--shuffled')
    compare_northd.read_case = shuffled
status = compare_northd.main()
for what, count in sorted(explained.items()):
    if count:
        print('explained, %d times: %s' % (count, what))
if refused:
    print('passed over, %d times: the Northbound database refuses the transaction.' % len(refused))
sys.exit(status)

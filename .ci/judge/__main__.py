"""Compares ovn-northd with the C one, less what docs/differences.md explains.

    OVN_PREFIX=… python3 judge TOOLS [options of compare_northd.py] CASE...
    OVN_PREFIX=… python3 judge TOOLS --between C_SOUTHBOUND SOUTHBOUND C_NORTHBOUND NORTHBOUND [TABLES]

TOOLS is the folder of compare_northd.py, which does the work: the same
databases, transactions and comparison.  `canonical` and `explained` know which
of the differences are no mistakes.  The last lines count what was explained.
"""
import collections
import contextlib
import io
import os
import sys

os.environ.setdefault('PREFIX', os.environ.get('OVN_PREFIX', ''))
sys.path.insert(1, sys.argv.pop(1))
import compare_northd  # noqa: E402
import sbdiff  # noqa: E402
from canonical import Database, Ports, name_given_addresses  # noqa: E402
from explained import unexplained  # noqa: E402

explained = collections.Counter()


def differing(table, a, b, opts):
    """((sign, row, times) for each row that only one has, rows compared)."""
    if table == 'Logical_Flow':
        sides = [{k: frozenset().union(*(d for d, _ in v)) for k, v in db.canonical_flows(opts).items()} for db in (a, b)]
        lines = []
        for sign, flows, others in ('-', *sides), ('+', *reversed(sides)):
            only = {k: datapaths - others.get(k, frozenset()) for k, datapaths in flows.items()}
            lines += [(sign, k, len(datapaths)) for k, datapaths in only.items() if datapaths]
        return lines, sum(map(len, sides[0].values()))
    sides = [collections.Counter(db.row(table, r, opts) for r in db.rows[table].values()) for db in (a, b)]
    lines = [('-', k, n) for k, n in (sides[0] - sides[1]).items()]
    return lines + [('+', k, n) for k, n in (sides[1] - sides[0]).items()], sum(sides[0].values())


def compare(a, b, nb, opts):
    """As sbdiff.compare, of A, which is C's, with B; less what is explained."""
    a.prepare()
    b.prepare()
    total = compared = 0
    for table in a.tables():
        lines, rows = differing(table, a, b, opts)
        compared += rows
        lines, why = unexplained(table, lines, nb)
        explained.update(why)
        if lines:
            count = sum(n for _, _, n in lines)
            total += count
            print('%s: %d differ (- only in the first, + only in the second)' % (table, count))
            for sign, key, n in sorted(lines, key=lambda x: x[1]):
                print('  %s %s  (x%d)' % (sign, key, n))
    print('judge: %d differing rows (%d rows compared)' % (total, compared))
    return 1 if total else 0


def compare_servers(c, ours, c_nb, our_nb, opts):
    nb = sbdiff.Database(our_nb, 'OVN_Northbound')
    a, b = (Database(remote, 'OVN_Southbound', opts.tables) for remote in (c, ours))
    Database.ports = Ports(nb)
    Database.tagged = {row['name'] for row in nb.rows['Logical_Switch_Port'].values() if row['tag_request'] == 0}
    name_given_addresses(a, sbdiff.Database(c_nb, 'OVN_Northbound'), b, nb)
    return compare(a, b, nb, opts)


def diff_of_case(c, ours, name='OVN_Southbound'):
    """Takes the place of compare_northd.diff, whose servers hold both databases."""
    if name != 'OVN_Southbound':
        return plain_diff(c, ours, name)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = compare_servers(c, ours, c, ours, compare_northd.Opts)
    return status, out.getvalue()


plain_diff, compare_northd.diff = compare_northd.diff, diff_of_case
if sys.argv[1:2] == ['--between']:
    compare_northd.Opts.tables = set(sys.argv[6].split(',')) if sys.argv[6:] else None
    status = compare_servers(*sys.argv[2:6], compare_northd.Opts)
else:
    status = compare_northd.main()
for what, count in sorted(explained.items()):
    if count:
        print('explained, %d times: %s' % (count, what))
sys.exit(status)

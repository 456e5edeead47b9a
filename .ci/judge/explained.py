"""What C writes and we do not write that way on purpose, as docs/differences.md says.

A rule takes a table's differing rows, (sign, text) with the sign - for C's, and
our databases, and gives those that it explains.
"""
import collections
import json
import re

import sbdiff
from canonical import CONTROL_PACKETS, FOREIGN_JUMP
from northbound import Northbound, unescaped


# Our databases: what is asked for, and what was made of it; the addresses that ports were given; and all rows of the
# table by sign.
Ours = collections.namedtuple('Ours', 'nb sb given rows')


def pairs(lines, key):
    """The rows that have a counterpart of equal KEY(row) on the other side; rows without a key have none."""
    sides = collections.defaultdict(lambda: {'-': [], '+': []})
    for sign, text in lines:
        of_row = key(json.loads(text))
        if of_row is not None:
            sides[json.dumps(of_row, sort_keys=True)][sign].append((sign, text))
    return [x for rows in sides.values() if rows['-'] and rows['+'] for x in rows['-'] + rows['+']]


def given_in_another_order(lines, ours):
    """C gives addresses to ports that ask at once in the order of its hash table."""
    counterparts = {'-': ours.given.index('+', ours.rows['+']), '+': ours.given.index('-', ours.rows['-'])}
    return [(sign, text) for sign, text in lines if ours.given.has_counterpart(sign, text, counterparts[sign])]


def empty_sets(lines, _):
    """C writes a neighbor's external addresses of a family that it has none of."""
    return [x for x in lines if x[0] == '-' and 'reg0 == {}' in x[1]]


def null_texts(lines, _):
    """C writes a text that is not there: `(null)`."""
    found = [x for x in lines if x[0] == '-' and '(null)' in x[1]]
    patterns = [re.compile(re.escape(x[1]).replace(re.escape('tcp.src == (null)'), 'tcp') + '$') for x in found]
    known = found + [x for x in lines if x[0] == '+' and any(p.match(x[1]) for p in patterns)]
    return with_groups(known, lines)


def with_groups(known, lines):
    """Also the other members of KNOWN flows' groups, and other groups for the same packets."""
    for _ in range(3):
        groups = set(re.findall('<group [0-9a-f]+>', ' '.join(x[1] for x in known)))
        matches = {x[1].partition(', "actions"')[0] for x in known}
        known = [x for x in lines if x in known or any(g in x[1] for g in groups)
                 or x[1].partition(', "actions"')[0] in matches]
    return known


def foreign_jumps(lines, _):
    """C jumps to a chain that only another router has, if that came before."""
    match = lambda text: text.partition(', "actions"')[0]
    cs = {match(text) for sign, text in lines if sign == '-'}
    known = {match(text) for _, text in lines if FOREIGN_JUMP in text} & cs
    return [x for x in lines if match(x[1]) in known]


def watched_ways(lines, ours):
    """Whether a session watches a next hop depends on the port that it leaves by, and so on that choice."""
    sessions = {row['dst_ip'] for row in ours.nb.rows['BFD'].values()}
    known = [x for x in lines if CONTROL_PACKETS in x[1]
             or any('reg0 = %s; outport = one of' % hop in x[1] for hop in sessions)]
    return with_groups(known, lines)


def leftover_matches(lines, ours):
    """Stateless rules with sets of external addresses: C matches behind another flow's match."""
    sets = {ours.nb.rows['Address_Set'][ref[1]]['name'] for rule in ours.nb.rows['NAT'].values()
            for column in ('allowed_ext_ips', 'exempted_ext_ips') for ref in sbdiff.as_list(rule[column])
            if ref[1] in ours.nb.rows['Address_Set']}
    use = re.compile(r'"ingress", 25, 7[05],.*"lr_in_gw_redirect".*\.src == \$(%s)"' % '|'.join(map(re.escape, sets)))
    return [x for x in lines if sets and use.search(x[1])]


def leftover_drops(lines, ours):
    """Of stateless rules for some hosts C drops others' packets for a router's first alone, be it in use or not."""
    known = set()
    for router in ours.nb.rows['Logical_Router'].values():
        rules = [ours.nb.rows['NAT'][u] for u in sorted(ref[1] for ref in sbdiff.as_list(router['nat']))]
        rules = [row for row in rules if row['type'] == 'dnat_and_snat' and sbdiff.as_list(row['allowed_ext_ips'])
                 and ['stateless', 'true'] in row['options'][1]]
        known.update(('-', row['external_ip']) for row in rules[:1])
        known.update(('+', row['external_ip']) for row in rules[1:])
    drop = re.compile(r'"ingress", 25, 70,.*"lr_in_gw_redirect".*"match": "ip && ip[46]\.dst == ([^ "]*)"')
    return [x for x in lines for m in [drop.search(x[1])] if m and (x[0], m.group(1)) in known]


def gateways_of_chance(lines, ours):
    """Distributed rules of a router with several gateway ports, one bridged: C names whichever it came to first."""
    routers = Northbound(ours.nb).port_router
    gateways = {row['name'] for row in ours.nb.rows['Logical_Router_Port'].values()
                if row['gateway_chassis'] != ['set', []] or row['ha_chassis_group'] != ['set', []]}
    def key(row):
        port = re.match(r'outport == "(.*?)" && ', row['match'])
        if row['stage'][1:3] == [22, 90] and row['actions'].startswith('get_') and port:
            name = unescaped(port.group(1))
            return [routers[name], row['match'][port.end():], row['actions']] if name in gateways else None
    return pairs(lines, key)


def pairs_without(column, lines):
    """Pairs of rows that differ in the value of COLUMN alone."""
    return pairs(lines, lambda row: {c: v for c, v in row.items() if c != column})


def late_bindings(lines, _):
    """C writes the chassis of a backend only when it makes the row or looks at all again."""
    return pairs_without('chassis_name', lines)


def sessions_of_chance(lines, ours):
    """A session is in use or not by the port that C chose for the route that has it."""
    ports = Northbound(ours.nb)
    def is_chosen(text):
        row = json.loads(text)
        return len(ports.leading_to(row['logical_port'], row['dst_ip'])) > 1
    return [x for x in pairs_without('status', lines) if is_chosen(x[1])]


def leading_number(text):
    """What C reads of TEXT as a number."""
    return int(re.match(r'\s*(\d*)', text).group(1) or 0)


def cut_mtus(lines, ours):
    """C cuts an MTU to 32 bits in answers to router solicitations, and nowhere else."""
    is_large = lambda row: leading_number(sbdiff.as_map(row['ipv6_ra_configs']).get('mtu', '')) >= 1 << 31
    ports = {row['name'] for row in ours.nb.rows['Logical_Router_Port'].values() if is_large(row)}
    mtu = re.compile(r'(?<=, )mtu = \d+, ')
    def key(row):
        port = re.match(r'inport == "(.*?)" && ', row['match'])
        if 'put_nd_ra_opts(' in row['actions'] and port and unescaped(port.group(1)) in ports:
            return dict(row, actions=mtu.sub('', row['actions']))
    return pairs(lines, key)


def large_intervals(lines, ours):
    """C cuts a time to 32 bits before it takes the nearest it allows."""
    def large(option):
        return {u for u, row in ours.nb.rows['Logical_Switch'].items()
                if leading_number(sbdiff.as_map(row['other_config']).get(option, '')) >= 1 << 32}

    def pairs_of(switches, columns):
        found = pairs(lines, lambda row: {c: v for c, v in row.items() if c not in columns})
        return [x for x in found if json.loads(x[1])['datapath'].partition(':')[2] in switches]
    # Where no interval is given, it is half of the timeout.
    return pairs_of(large('mcast_query_interval'), {'query_interval'}) + \
        pairs_of(large('mcast_idle_timeout'), {'idle_timeout', 'query_interval'})


def groups_without(lines, is_left_out):
    """Pairs of groups that have the same ports but for those that are left out."""
    def key(row):
        ports = row['ports'] if isinstance(row['ports'], list) else [row['ports']]
        return [row['datapath'], row['name'], [p for p in ports if not is_left_out(p.partition(':')[2])]]
    return pairs(lines, key)


def switches_as_routers(lines, ours):
    """C takes a snooping switch behind a port of type `switch` for a relaying router."""
    peers = {row['name'] for row in ours.nb.rows['Logical_Switch_Port'].values() if row['type'] == 'switch'}
    return groups_without(lines, peers.__contains__)


def shared_mirrors(lines, _):
    """A mirror's port that several ports are mirrored to has the settings of the one C came to last."""
    return groups_without(lines, lambda port: port.startswith('mp-'))


def tags_in_another_order(lines, ours):
    """C gives container tags on several switches in the order of a hash table."""
    asking = {row['name'] for row in ours.nb.rows['Logical_Switch_Port'].values() if row['tag_request'] == 0}
    given = {sign: collections.defaultdict(list) for sign in ours.rows}
    for sign, rows in ours.rows.items():
        for row in map(json.loads, rows):
            if row['logical_port'] in asking:
                given[sign][str(row['parent_port'])].append(str(row['tag']))

    def is_of_order(text):
        row = json.loads(text)
        parent = str(row['parent_port'])
        return row['logical_port'] in asking and sorted(given['-'][parent]) == sorted(given['+'][parent])
    return [x for x in pairs_without('tag', lines) if is_of_order(x[1])]


def own_link_local_source(lines, _):
    """C writes `ipv6_ra_src_addr` twice, and one of the two stays."""
    def key(row):
        options = dict(row['options']) if row['options'] and isinstance(row['options'][0], list) else {}
        return dict(row, options=options) if options.pop('ipv6_ra_src_addr', None) else None
    return pairs(lines, key)


def chosen_routes(nb):
    """(row, ports) of static routes whose next hop several ports lead to, where none is named."""
    ports = Northbound(nb)
    for router in nb.rows['Logical_Router'].values():
        for ref in sbdiff.as_list(router['static_routes']):
            row = nb.rows['Logical_Router_Static_Route'].get(ref[1])
            if row and row['output_port'] == ['set', []]:
                names = ports.with_network_of(router['_uuid'][1], row['nexthop'])
                if len(names) > 1:
                    yield row, names


def routes_of_chance(lines, ours):
    """A static route is advertised by the port that it was given, where several lead to its next hop."""
    written = {row['ip_prefix'].strip() for row, _ in chosen_routes(ours.nb)}
    prefixes = written | {prefix.partition('/')[0] for prefix in written}
    return [x for x in lines if json.loads(x[1])['ip_prefix'] in prefixes]


def replies_of_chance(lines, ours):
    """Replies go by the port that a symmetric route was given, where several lead to its next hop."""
    known = {name for row, names in chosen_routes(ours.nb) for name in names
             if ['ecmp_symmetric_reply', 'true'] in row['options'][1]}

    def ports(text):
        flow = json.loads(text)
        if flow['stage'][1] == 7 and flow['actions'] == 'ct_next;':
            return map(unescaped, re.findall(r'^inport == "(.*?)" && ', flow['match']))
        return re.findall(r'ecmp_reply_port =?= (.*?)(?= &&|;|$)', flow['match'] + ';' + flow['actions'])
    return [x for x in lines if known.intersection(ports(x[1]))]


def next_hops_of_chance(lines, ours):
    """The next hop of a symmetric route is watched at the port that the route was given."""
    ports = {(row['nexthop'], name) for row, names in chosen_routes(ours.nb) for name in names}
    def is_chosen(text):
        row = json.loads(text)
        return (row['nexthop'], row['port'].partition(':')[2]) in ports
    return [x for x in pairs_without('port', lines) if is_chosen(x[1])]


def untracked_routes(lines, ours):
    """C leaves out an advertised route without a tracked port that comes after one with."""
    where = lambda row: [row[column] for column in ('datapath', 'logical_port', 'ip_prefix')]
    rows = (json.loads(ours.sb.row('Advertised_Route', row)) for row in ours.sb.rows['Advertised_Route'].values())
    tracked = [where(row) for row in rows if row['tracked_port'] != []]
    def is_beside_one(row):
        return row['tracked_port'] == [] and where(row) in tracked
    return [x for x in lines if x[0] == '+' and is_beside_one(json.loads(x[1]))]


RULES = {
    'Logical_Flow': [given_in_another_order, empty_sets, null_texts, foreign_jumps, watched_ways, replies_of_chance,
                     leftover_matches, leftover_drops, cut_mtus, gateways_of_chance],
    'Port_Binding': [given_in_another_order, own_link_local_source, tags_in_another_order],
    'Service_Monitor': [given_in_another_order, late_bindings],
    'BFD': [sessions_of_chance],
    'ECMP_Nexthop': [next_hops_of_chance],
    'Address_Set': [given_in_another_order],
    'Advertised_MAC_Binding': [given_in_another_order],
    'Advertised_Route': [given_in_another_order, untracked_routes, routes_of_chance],
    'IP_Multicast': [large_intervals],
    'Multicast_Group': [switches_as_routers, shared_mirrors],
}


def unexplained(table, lines, ours):
    """LINES of (sign, row, count) without those that a rule explains, and how many each explains."""
    explained = collections.Counter()
    for rule in RULES.get(table, []):
        known = set(rule([x[:2] for x in lines], ours))
        explained[rule.__doc__] += sum(n for sign, row, n in lines if (sign, row) in known)
        lines = [x for x in lines if x[:2] not in known]
    return lines, explained

"""Where C takes what its hash order gives, the choice is replaced by the set that it was made from."""
import collections
import ipaddress
import json
import re

import sbdiff


class Ports:
    """The router ports of a Northbound database: who leads to a next hop."""

    def __init__(self, nb):
        self.routers = collections.defaultdict(dict)
        self.port_router = {}
        for router in nb.rows['Logical_Router'].values():
            for port in sbdiff.as_list(router['ports']):
                row = nb.rows['Logical_Router_Port'].get(port[1])
                if row:
                    self.routers[router['_uuid'][1]][row['name']] = list(networks(row))
                    self.port_router[row['name']] = router['_uuid'][1]

        # Ports of other routers that a router's symmetric routes leave by.
        self.foreign_replies = [
            (router['_uuid'][1], route['output_port'])
            for router in nb.rows['Logical_Router'].values() for ref in sbdiff.as_list(router['static_routes'])
            for route in [nb.rows['Logical_Router_Static_Route'].get(ref[1])]
            if route and ['ecmp_symmetric_reply', 'true'] in route['options'][1]
            and self.port_router.get(str(route['output_port'])) not in (None, router['_uuid'][1])]

    def named(self, text):
        """The name of the port that TEXT names, which may be escaped or not."""
        return text if text in self.port_router else unescaped(text)

    def leading_to(self, port, next_hop):
        """The ports of PORT's router that have NEXT_HOP on a network, by name."""
        names = self.with_network_of(self.port_router.get(port), next_hop)
        return names if port in names else []

    def with_network_of(self, router, next_hop):
        """The ports of a router that have NEXT_HOP on a network, by name."""
        try:
            address = ipaddress.ip_address(next_hop)
        except ValueError:
            return []
        return sorted(name for name, nets in self.routers[router].items() if any(address in net for net in nets))


def networks(port):
    for text in sbdiff.as_list(port['networks']):
        try:
            yield ipaddress.ip_interface(text).network
        except ValueError:
            pass
    yield ipaddress.ip_network('fe80::/64')


# The way that a packet leaves by, in the actions of routes and policies.
WAY = re.compile(r'(?P<hop>(?:xx)?reg0) = (?P<address>[^;]*); (?:xxreg1|reg5) = [^;]*; eth\.src = [^;]*; '
                 r'outport = "(?P<port>(?:[^"\\]|\\.)*)";')
CONTROL_PACKETS = 'control packets of a session, by the port of its route'
FOREIGN_JUMP = 'jump to a chain of another router'
# A prefix of an IPv4 address that is written as an IPv6 one, as C has it and as we have it.
MAPPED_PREFIX = re.compile(r'ip4\.(src|dst) == 0\.0\.0\.0/128|ip6\.(src|dst) == ::ffff:[\d.]+(?:/128|(?![\d./]))')
# Where C writes a name into a match without escaping it.
RESIDENT = re.compile(r'is_chassis_resident\("cr-(.*?)"\)(?= &&|$)')


def unescaped(text):
    """TEXT of a string constant, which may be escaped or not."""
    try:
        return json.loads('"%s"' % text)
    except ValueError:
        return text


class Database(sbdiff.Database):
    """A Southbound database whose flows have choices of chance made canonical."""
    ports = None
    tagged = frozenset()            # ports whose tags northd chose

    # The numbers of policy chains; in actions C writes them without spaces.
    IDS = [space if space[0] != 'chain' else (space[0], space[1], r'(reg9\[16\.\.31\] ?=?= ?)([1-9]\d*)', space[3])
           for space in sbdiff.Database.IDS]

    def prepare(self):
        super().prepare()
        datapaths = {sbdiff.dp_key(row): u for u, row in self.rows['Datapath_Binding'].items()}
        keys = {row['logical_port']: row['tunnel_key'] for row in self.rows['Port_Binding'].values()}
        for router, port in self.ports.foreign_replies:
            if router in datapaths and port in keys:
                self.port_of_key.setdefault((datapaths[router], keys[port]), port)

    def canonical_row(self, table, row):
        row = super().canonical_row(table, row)
        if table == 'Port_Binding' and row['logical_port'] in self.tagged:
            row = dict(row, tag='given')
        return row

    def canonical_text(self, text, dp):
        text = WAY.sub(self.way, super().canonical_text(text, dp))
        text = MAPPED_PREFIX.sub(lambda m: '%s in a mapped prefix' % (m.group(1) or m.group(2)), text)
        return RESIDENT.sub(lambda m: 'is_chassis_resident("cr-%s")' % self.ports.named(m.group(1)), text)

    def renumber(self, flows):
        """A jump to a chain that only other routers have depends on which of them came first."""
        own = {(f[3], m.group(1)) for f in flows if f[0] == 'lr_in_policy'
               for m in [re.match(r'reg9\[16\.\.31\] == (\d+) && ', f[1])] if m}
        for f in flows:
            jump = f[0] == 'lr_in_policy' and re.search(r'reg9\[16\.\.31\]=(\d+);', f[2])
            if jump and (f[3], jump.group(1)) not in own:
                # It does not count as said of the chain that it stands in.
                f[1] = re.sub(r'^reg9\[16\.\.31\] == [1-9]\d* && ', 'in a chain && ', f[1])
                f[2] = FOREIGN_JUMP
            elif 'udp.dst == 3784' in f[1] and 'outport = one of' in f[2]:
                f[1], f[2] = '', CONTROL_PACKETS
        super().renumber(flows)

    def way(self, match):
        choices = self.ports.leading_to(unescaped(match['port']), match['address']) if self.ports else []
        if len(choices) < 2:
            return match.group(0)
        return '%s = %s; outport = one of %s;' % (match['hop'], match['address'], choices)

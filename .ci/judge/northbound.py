"""What a Northbound database says of routers, for choices that C makes by chance."""
import collections
import ipaddress
import json

import sbdiff


class Northbound:
    """The router ports of a Northbound database, and who leads to a next hop; routers by UUID, ports by name."""

    def __init__(self, nb):
        self.routers = collections.defaultdict(dict)    # the networks of each router's ports
        self.port_router = {}
        self.tables = {}                                # the route tables of ports
        self.chains = collections.defaultdict(set)      # the chains of each router's policies, by match
        self.replies = {}                               # ports that each router's symmetric routes leave by
        for uuid, router in nb.rows['Logical_Router'].items():
            for row in referenced(nb, 'Logical_Router_Port', router['ports']):
                self.routers[uuid][row['name']] = list(networks(row))
                self.port_router[row['name']] = uuid
                self.tables[row['name']] = sbdiff.as_map(row['options']).get('route_table')
            for row in referenced(nb, 'Logical_Router_Policy', router['policies']):
                self.chains[uuid, row['match']].add(str(row['chain']))
        for uuid, router in nb.rows['Logical_Router'].items():
            self.replies[uuid] = {
                name for row in referenced(nb, 'Logical_Router_Static_Route', router['static_routes'])
                if sbdiff.as_map(row['options']).get('ecmp_symmetric_reply') == 'true'
                for name in self.ways(uuid, row)}

    def ways(self, router, route):
        """The ports that a static route may leave by."""
        return sbdiff.as_list(route['output_port']) or self.with_network_of(router, route['nexthop'])

    def named(self, text):
        """The name of the port that TEXT names, which may be escaped or not."""
        return text if text in self.port_router else unescaped(text)

    def leading_to(self, port, next_hop):
        """The ports of PORT's router that have NEXT_HOP on a network."""
        names = self.with_network_of(self.port_router.get(port), next_hop)
        return names if port in names else []

    def with_network_of(self, router, next_hop):
        """The ports of a router that have NEXT_HOP on a network."""
        try:
            address = ipaddress.ip_address(next_hop)
        except ValueError:
            return []
        return sorted(name for name, nets in self.routers[router].items() if any(address in net for net in nets))


def referenced(nb, table, column):
    """The rows of TABLE that a column names."""
    return [nb.rows[table][ref[1]] for ref in sbdiff.as_list(column) if ref[1] in nb.rows[table]]


def networks(port):
    for text in sbdiff.as_list(port['networks']):
        try:
            yield ipaddress.ip_interface(text).network
        except ValueError:
            pass
    yield ipaddress.ip_network('fe80::/64')


def unescaped(text):
    """TEXT of a string constant, which may be escaped or not."""
    try:
        return json.loads('"%s"' % text)
    except ValueError:
        return text

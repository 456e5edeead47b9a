"""Where C takes what its hash order gives, the choice is replaced by the set that it was made from."""
import collections
import re

import sbdiff
from northbound import unescaped

# The way that a packet leaves by, in the actions of routes and policies.
WAY = re.compile(r'(?P<hop>(?:xx)?reg0) = (?P<address>[^;]*); (?:xxreg1|reg5) = [^;]*; eth\.src = [^;]*; '
                 r'outport = "(?P<port>(?:[^"\\]|\\.)*)";')
CONTROL_PACKETS = 'control packets of a session, by the port of its route'
FOREIGN_JUMP = 'jump to a chain of another router'
# A prefix of an IPv4 address that is written as an IPv6 one, as C has it and as we have it.
MAPPED_PREFIX = re.compile(r'ip4\.(src|dst) == 0\.0\.0\.0/128|ip6\.(src|dst) == ::ffff:[\d.]+(?:/128|(?![\d./]))')
# The number of a policy chain, and what remembers the port that a connection came by.
CHAIN_USE = r'(reg9\[16\.\.31\] ?=?= ?)([1-9]\d*)'
REPLY_PORT = re.compile(r'(ecmp_reply_port =?= )(.*?)(?= &&|;|$)')
# Where C writes a name into a match without escaping it.
RESIDENT = re.compile(r'is_chassis_resident\("cr-(.*?)"\)(?= &&|$)')


def router_of(flow):
    """The Northbound UUID of the datapath of a flow, as `renumber` has it."""
    return flow[3].partition(':')[2]


class Database(sbdiff.Database):
    """A Southbound database whose flows have choices of chance made canonical."""
    northbound = None

    # The numbers of policy chains; in actions C writes them without spaces.
    IDS = [space if space[0] != 'chain' else (space[0], space[1], CHAIN_USE, space[3])
           for space in sbdiff.Database.IDS]

    def canonical_text(self, text, dp):
        text = WAY.sub(self.way, super().canonical_text(text, dp))
        text = MAPPED_PREFIX.sub(lambda m: '%s in a mapped prefix' % (m.group(1) or m.group(2)), text)
        return RESIDENT.sub(lambda m: 'is_chassis_resident("cr-%s")' % self.northbound.named(m.group(1)), text)

    def renumber(self, flows):
        self.hide_choices(flows)
        self.name_replies(flows)
        self.name_numbers(flows, 'table', r'(reg7 =?= )([1-9]\d*)', self.table_names(flows))
        self.name_numbers(flows, 'chain', CHAIN_USE, self.chain_names(flows))
        super().renumber(flows)

    def hide_choices(self, flows):
        """A jump to a chain that only other routers have depends on which of them came first."""
        own = {(f[3], m.group(1)) for f in flows if f[0] == 'lr_in_policy'
               for m in [re.match(r'reg9\[16\.\.31\] == (\d+) && ', f[1])] if m}
        for f in flows:
            jump = f[0] == 'lr_in_policy' and re.search(r'reg9\[16\.\.31\]=(\d+);', f[2])
            if jump and (f[3], jump.group(1)) not in own:
                f[2] = FOREIGN_JUMP
            elif 'udp.dst == 3784' in f[1] and 'outport = one of' in f[2]:
                f[1], f[2] = '', CONTROL_PACKETS

    def name_replies(self, flows):
        """The key of another router's port, that a symmetric route leaves by, may be that of a port here."""
        keys = {row['logical_port']: row['tunnel_key'] for row in self.rows['Port_Binding'].values()}
        for f in flows:
            replies = self.northbound.replies.get(router_of(f))
            if not replies or f[0] == 'lr_in_ecmp_stateful_egr':
                continue

            def name(use):
                key = str(keys.get(use.group(2), use.group(2)))
                others = sorted(port for port in replies if str(keys.get(port)) == key)
                return use.group(1) + (use.group(2) if use.group(2) in replies or not others else others[0])
            for k in (1, 2):
                f[k] = REPLY_PORT.sub(name, f[k])

    def table_names(self, flows):
        """(number, the names it may have) of route tables, from the ports that use them."""
        for f in flows:
            port = f[0] == 'lr_in_ip_routing_pre' and re.match('inport == "(.*)"$', f[1])
            if port:
                yield f[2].split()[2].rstrip(';'), {self.northbound.tables.get(port.group(1))}

    def chain_names(self, flows):
        """(number, the names it may have) of policy chains, from the policies in them."""
        for f in flows:
            policy = f[0] == 'lr_in_policy' and re.match(r'reg9\[16\.\.31\] == ([1-9]\d*) && \((.*)\)$', f[1])
            if policy:
                yield policy.group(1), self.northbound.chains[router_of(f), policy.group(2)]

    def name_numbers(self, flows, space, use, candidates):
        """Writes names for numbers of a space, where there is no doubt which."""
        possible = {}
        for number, names in candidates:
            possible[number] = possible.get(number, names) & names
        # What is the only name of a number is no other's.
        for _ in range(len(possible)):
            only = collections.Counter(min(names) for names in possible.values() if len(names) == 1)
            possible = {number: names if len(names) == 1 else names - set(only) for number, names in possible.items()}
        sure = {number: '<%s %s>' % (space, *names) for number, names in possible.items()
                if len(names) == 1 and only[min(names)] == 1}
        stage = re.compile('(%s)$' % next(stages for name, stages, *_ in self.IDS if name == space))
        for f in flows:
            if stage.match(f[0]):
                for k in (1, 2):
                    f[k] = re.sub(use, lambda m: m.group(1) + sure.get(m.group(2), m.group(2)), f[k])

    def way(self, match):
        choices = self.northbound.leading_to(unescaped(match['port']), match['address']) if self.northbound else []
        if len(choices) < 2:
            return match.group(0)
        return '%s = %s; outport = one of %s;' % (match['hop'], match['address'], choices)

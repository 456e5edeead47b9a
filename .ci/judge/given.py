"""Addresses that northd gives to ports which ask for some."""
import collections
import ipaddress
import json
import re

import sbdiff

WORD = re.compile(r'[\w.:]+')


class Given:
    """The addresses that northd gave to ports, where C gave them in another order."""
    MAC = re.compile(r'(?:[0-9a-f]{2}:){5}[0-9a-f]{2}')

    def __init__(self, cs, ours):
        self.names = {'-': {}, '+': {}}
        self.macs = [self.macs_of(nb) for nb in (cs, ours)]
        self.words = [{u: row['dynamic_addresses'].split() for u, row in nb.rows['Logical_Switch_Port'].items()
                       if row['dynamic_addresses'] != ['set', []]} for nb in (cs, ours)]
        ports = ours.rows['Logical_Switch_Port']
        unstable = {u for u, row in ports.items() if self.asks_in_vain(u, sbdiff.as_list(row['addresses']))}
        for switch in ours.rows['Logical_Switch'].values():
            moved = [u for _, u in sbdiff.as_list(switch['ports'])
                     if all(u in side for side in self.words) and self.words[0][u] != self.words[1][u]]
            if self.are_of_order(moved, unstable):
                for sign, side in zip('-+', self.words):
                    for u in moved:
                        self.names[sign].update((word, '<address %d of %s>' % (k, ports[u]['name']))
                                                for k, word in enumerate(self.with_solicited(side[u])))

    def asks_in_vain(self, port, wishes):
        """Whether the port asks for an IPv4 address that it does not get: C gives it another one at every full run."""
        return any(re.match(r'dynamic [\d.]+( |$)', wish)
                   and any(set(side.get(port, [])).isdisjoint(wish.split()) for side in self.words) for wish in wishes)

    def are_of_order(self, moved, unstable):
        """Whether ports of a switch have the same addresses among them, and what goes with those."""
        def have_the_same(ports):
            return len({tuple(self.ipv4s([side[u] for u in ports])) for side in self.words}) == 1
        sides = zip(self.words, reversed(self.words), self.macs)
        return (have_the_same(moved) or have_the_same([u for u in moved if u not in unstable])) and all(
            self.is_of_order(side[u], other[u], macs) for side, other, macs in sides for u in moved)

    @classmethod
    def macs_of(cls, nb):
        """How many ports have each MAC address."""
        texts = [text for row in nb.rows['Logical_Switch_Port'].values()
                 for text in sbdiff.as_list(row['addresses']) + sbdiff.as_list(row['dynamic_addresses'])]
        texts += [row['mac'] for row in nb.rows['Logical_Router_Port'].values()]
        return collections.Counter(m.group() for text in texts for m in [cls.MAC.match(text)] if m)

    @staticmethod
    def with_solicited(words):
        """Also the multicast addresses that ask for those of IPv6."""
        return words + [str(ipaddress.ip_address(int(ipaddress.ip_address('ff02::1:ff00:0'))
                                                 + int(ipaddress.ip_address(word)) % (1 << 24)))
                        for word in words[1:] if ':' in word]

    @staticmethod
    def ipv4s(ports):
        return sorted(word for words in ports for word in words if '.' in word)

    @classmethod
    def is_of_order(cls, words, other, macs):
        """Whether the words MAC [IP4] [IP6] of a port are what they are for the order alone, as OTHER's are."""
        mac = words[0]
        ipv4 = [int(ipaddress.ip_address(word)) for word in words[1:] if '.' in word]
        wanted = mac[:9] + ':'.join('%02x' % b for b in ((ipv4 or [0])[0] % (1 << 24) % 0xfffffe + 1).to_bytes(3, 'big'))
        is_mac_of_order = mac == other[0] or mac[:9] == other[0][:9] and (mac == wanted or macs[wanted] > 0)
        first, *rest = bytes.fromhex(mac.replace(':', ''))
        interface = bytes([first ^ 2, *rest[:2], 0xff, 0xfe, *rest[2:]])
        is_ipv6_of_mac = all(word in other or ipaddress.ip_address(word).packed[8:] == interface
                             for word in words[1:] if ':' in word)
        return is_mac_of_order and is_ipv6_of_mac and len(words) == len(other)

    def named(self, sign, text):
        """A row with ports in place of their addresses; sets in order again."""
        names = self.names[sign]
        named = WORD.sub(lambda m: names.get(m.group(), m.group()), text)
        named = re.sub(r'== \{([^{}"]*)\}', lambda m: '== {%s}' % ', '.join(sorted(m.group(1).split(', '))), named)
        row = {column: sorted(v, key=str) if isinstance(v, list) else v for column, v in json.loads(named).items()}
        return json.dumps(row, sort_keys=True)

    def masked(self, text):
        """A row without what may be the address of a port; None where there is nothing of the kind."""
        masked = WORD.sub(lambda m: '?' if any(m.group() in names for names in self.names.values()) else m.group(), text)
        return None if masked == text else masked

    def index(self, sign, rows):
        """Where to look for rows that differ in addresses alone."""
        found = collections.defaultdict(list)
        for text in rows if self.names[sign] else ():
            masked = self.masked(text)
            if masked is not None:
                found[self.named(sign, text)].append(text)
                found[masked].append(text)
        return found

    def has_counterpart(self, sign, text, index):
        """Whether the other side has the row with the addresses of the same ports there."""
        masked = self.masked(text)
        return masked is not None and (self.named(sign, text) in index
                                       or any(self.are_alike(sign, text, other) for other in index.get(masked, ())))

    def are_alike(self, sign, text, other):
        """Whether each word is the same in both, be it itself or the address of one port.

        A given address may stand beside the same address that somebody wrote, as in the options of DHCP.
        """
        names, others = self.names[sign], self.names['+' if sign == '-' else '-']
        return all(a == b or a in names and names[a] == others.get(b)
                   for a, b in zip(WORD.findall(text), WORD.findall(other)))

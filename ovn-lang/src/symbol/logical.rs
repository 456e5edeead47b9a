//! OVN's symbols: ports, registers and flags.

use weft_openflow::Field;

use super::connection;
use super::definition::{OvnField, Scope};
use super::flags::{LogicalFlag, field};
use super::protocol::{self, Ports};
use super::table::{SymbolError, SymbolTable};

/// The table of `ovn_init_symtab`, or with [`Ports::Connection`] that of `ovn_init_acl_ct_symtab`.
pub(super) fn define(whose: Ports) -> Result<SymbolTable, SymbolError> {
    let mut table = SymbolTable::default();
    ports(&mut table)?;
    registers(&mut table)?;
    flags(&mut table)?;
    connection::define(&mut table)?;
    protocol::define(&mut table, whose)?;
    table.add_field("pkt.mark", Field::PKT_MARK, "", false, Scope::Default)?;
    table.add_ovn_field("icmp4.frag_mtu", 16, OvnField::Icmp4FragMtu)?;
    table.add_ovn_field("icmp6.frag_mtu", 32, OvnField::Icmp6FragMtu)?;
    Ok(table)
}

fn ports(table: &mut SymbolTable) -> Result<(), SymbolError> {
    table.add_string("inport", field::INPORT)?;
    table.add_string("outport", field::OUTPORT)?;
    table.add_field("__inport", field::INPORT, "", false, Scope::Default)?;
    table.add_field("__outport", field::OUTPORT, "", false, Scope::Default)?;
    table.add_predicate("from_evpn_vtep", "__inport[31]")?;
    table.add_predicate("to_evpn_vtep", "__outport[31]")?;
    table.add_string("remote_outport", field::REMOTE_OUTPORT)?;
    Ok(())
}

/// Registers that overlap are bits of the widest, so that what is known about one is known about the other.
fn registers(table: &mut SymbolTable) -> Result<(), SymbolError> {
    for n in 0..2 {
        table.add_field(&format!("xxreg{n}"), Field::xxreg(n), "", false, Scope::Default)?;
    }
    for n in 0..4u8 {
        let low = 64 * (1 - n % 2);
        let bits = format!("xxreg{}[{low}..{}]", n / 2, low + 63);
        table.add_subfield(&format!("xreg{n}"), "", &bits, Scope::Default)?;
    }
    table.add_field("xreg4", Field::xreg(4), "", false, Scope::Default)?;
    for n in 0..10u8 {
        let bits = match n {
            0..8 => format!("xxreg{}[{}..{}]", n / 4, 32 * (3 - n % 4), 32 * (3 - n % 4) + 31),
            _ => format!("xreg4[{}..{}]", 32 * (1 - n % 2), 32 * (1 - n % 2) + 31),
        };
        table.add_subfield(&format!("reg{n}"), "", &bits, Scope::Default)?;
    }
    Ok(())
}

fn flags(table: &mut SymbolTable) -> Result<(), SymbolError> {
    table.add_field("flags", field::FLAGS, "", false, Scope::Default)?;
    let named = [
        ("loopback", LogicalFlag::AllowLoopback),
        ("force_snat_for_dnat", LogicalFlag::ForceSnatForDnat),
        ("force_snat_for_lb", LogicalFlag::ForceSnatForLb),
        ("skip_snat_for_lb", LogicalFlag::SkipSnatForLb),
        ("use_snat_zone", LogicalFlag::UseSnatZone),
        ("localnet", LogicalFlag::Localnet),
        ("icmp_snat", LogicalFlag::IcmpSnat),
        ("tunnel_rx", LogicalFlag::RxFromTunnel),
        ("unsnat_new", LogicalFlag::UnsnatNew),
        ("unsnat_not_tracked", LogicalFlag::UnsnatNotTracked),
        ("from_ctrl", LogicalFlag::FromController),
        ("igmp_loopback", LogicalFlag::IgmpLoopback),
        ("pkt_sampled", LogicalFlag::PacketSampled),
    ];
    for (name, flag) in named {
        table.add_subfield(
            &format!("flags.{name}"),
            "",
            &format!("flags[{}]", flag as u8),
            Scope::Default,
        )?;
    }
    table.add_subfield("flags.network_id", "", "flags[28..31]", Scope::Default)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_definition_is_valid() {
        let count = |whose| super::define(whose).expect("OVN's symbols").iter().count();
        assert_eq!(count(super::Ports::Packet), 145);
        assert_eq!(count(super::Ports::Connection), 146);
    }
}

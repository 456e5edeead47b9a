//! What holds of any text: it is refused, or prints to a text that prints to itself, and what comes of it for a switch
//! is there or an error. Nothing panics.

use weft_ovn_lang::action::{self, Context, Options, Pipeline, Zone};
use weft_ovn_lang::encode::{Place, encode, table};
use weft_ovn_lang::expr::{self, compile};
use weft_ovn_lang::symbol::SymbolTable;

use crate::world::{Chassis, Numbers, World};

/// Treats `text` as a match; whether it is one.
pub(crate) fn is_match(text: &str, world: &World) -> bool {
    let symbols = SymbolTable::ovn();
    let Ok(expr) = expr::parse(text, symbols) else { return false };
    let printed = expr.text(symbols);
    let again = expr::parse(&printed, symbols).map(|e| e.text(symbols));
    assert_eq!(again.as_ref(), Ok(&printed), "{text}");
    if let Ok(compiled) = compile(&expr, symbols, world) {
        assert!(compiled.flows(symbols, world).is_ok(), "{text}");
    }
    true
}

/// Treats `text` as actions; whether it is some.
pub(crate) fn is_actions(text: &str, world: &World) -> bool {
    let symbols = SymbolTable::ovn();
    let context = Context { symbols, options: Options::ovn(), pipeline: Pipeline::Egress, table: 3 };
    let place = Place {
        is_switch: false,
        datapath_key: 1,
        common_zone: Zone::Snat,
        pipeline: Pipeline::Egress,
        table: 3,
        output_table: table::SAVE_INPORT,
        uuid: 7,
        controller_meter: Some(3),
        explicit_arp_ns_output: false,
        register_consolidation: false,
    };
    let Ok(found) = action::parse(text, &context) else { return false };
    let printed = found.text(&context);
    let again = action::parse(&printed, &context).map(|p| p.text(&context));
    assert_eq!(again.as_ref(), Ok(&printed), "{text}");
    let mut chassis = Chassis { world, numbers: Numbers::default() };
    // Some of what parses has no encoding, which is an error and nothing worse.
    let _ = encode(&found.actions, symbols, &place, &mut chassis);
    true
}

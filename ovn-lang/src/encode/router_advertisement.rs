//! Router advertisements, ready to be sent (RFC 4861, RFC 4191, RFC 8106).

use std::net::Ipv6Addr;

use super::dhcp::first_text;
use crate::action::{OptionValue, option_code as code};
use crate::expr::Constant;
use crate::lexer::Number;

const ADVERTISEMENT: u8 = 134;
const HOP_LIMIT: u8 = 255;
const LIFETIME: u16 = 0xffff;
const FOREVER: u32 = 0xffff_ffff;
const MANAGED: u8 = 0x80;
const OTHER: u8 = 0x40;
const PREFERENCE_HIGH: u8 = 0x08;
const PREFERENCE_LOW: u8 = 0x18;
const ON_LINK: u8 = 0x80;
const AUTONOMOUS: u8 = 0x40;
/// The controller takes no longer list of domains.
const MAX_DOMAINS: usize = 255;
/// Where the flags are in the message.
const FLAGS: usize = 5;

/// The message with its options; the flags before an option decide what it says, as in OVN.
pub(super) fn router_advertisement(options: &[OptionValue]) -> Vec<u8> {
    let mut message = vec![ADVERTISEMENT, 0, 0, 0, HOP_LIMIT, 0];
    message.extend(LIFETIME.to_be_bytes());
    message.extend([0; 8]);
    for option in options {
        let text = first_text(&option.value);
        let number = match option.value.values.first() {
            Some(Constant::Number(number)) => *number,
            _ => Number::new(0, crate::lexer::NumberFormat::Hexadecimal),
        };
        match option.option.code {
            code::RA_ADDRESS_MODE => {
                message[FLAGS] |= match text {
                    "dhcpv6_stateful" => MANAGED,
                    "dhcpv6_stateless" => OTHER,
                    _ => 0,
                };
            }
            code::RA_PREFERENCE => message[FLAGS] |= preference(text),
            code::RA_SOURCE_ADDRESS => {
                message.extend([1, 1]);
                message.extend(&number.value.to_be_bytes()[10..]);
            }
            code::RA_MTU => {
                message.extend([5, 1, 0, 0]);
                message.extend((number.value as u32).to_be_bytes());
            }
            code::RA_PREFIX => {
                let autonomous = if message[FLAGS] & MANAGED == 0 { AUTONOMOUS } else { 0 };
                let length = number.mask.unwrap_or(u128::MAX).count_ones() as u8;
                message.extend([3, 4, length, ON_LINK | autonomous]);
                message.extend(FOREVER.to_be_bytes());
                message.extend(FOREVER.to_be_bytes());
                message.extend([0; 4]);
                message.extend(number.value.to_be_bytes());
            }
            code::RA_RDNSS => {
                message.extend([25, 3, 0, 0]);
                message.extend(FOREVER.to_be_bytes());
                message.extend(number.value.to_be_bytes());
            }
            code::RA_DNSSL => domains(text, &mut message),
            code::RA_ROUTE => routes(text, &mut message),
            _ => {}
        }
    }
    message
}

fn preference(text: &str) -> u8 {
    match text {
        "LOW" => PREFERENCE_LOW,
        "HIGH" => PREFERENCE_HIGH,
        _ => 0,
    }
}

/// Names with commas between, as labels; zeros fill units of eight bytes.
fn domains(names: &str, out: &mut Vec<u8>) {
    let mut data = Vec::new();
    for name in names.split(',').filter(|name| !name.is_empty()) {
        for label in name.split('.').filter(|label| !label.is_empty()) {
            let label = &label.as_bytes()[..label.len().min(255)];
            data.push(label.len() as u8);
            data.extend(label);
        }
        data.push(0);
    }
    let length = (8 + data.len()).next_multiple_of(8);
    if 8 + data.len() > MAX_DOMAINS {
        return;
    }
    data.resize(length - 8, 0);
    out.extend([31, (length / 8) as u8, 0, 0]);
    out.extend(FOREVER.to_be_bytes());
    out.extend(data);
}

/// `preference-prefix` with commas between; from one that is wrong on, nothing (RFC 4191, section 2.3).
fn routes(text: &str, out: &mut Vec<u8>) {
    for route in text.split(',') {
        let Some((how, prefix)) = route.split_once('-') else { continue };
        let (address, length) = prefix.split_once('/').unwrap_or((prefix, "128"));
        let (Ok(address), Ok(length)) = (address.parse::<Ipv6Addr>(), length.parse::<u8>()) else { return };
        if length > 128 {
            return;
        }
        let mask = if length == 0 { 0 } else { u128::MAX << (128 - u32::from(length)) };
        let units = length.div_ceil(64);
        out.extend([24, 1 + units, length, preference(how)]);
        out.extend(FOREVER.to_be_bytes());
        out.extend(&(u128::from(address) & mask).to_be_bytes()[..usize::from(units) * 8]);
    }
}

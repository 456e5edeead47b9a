//! Random flows.

use weft_openflow::{Flow, FlowFlags};

use crate::actions::{Possible, random_actions};
use crate::matches::random_match;
use crate::random::Random;

/// The flow number `seed` of an endless list.
pub(crate) fn random_flow(seed: u64) -> Flow {
    let random = &mut Random(seed.wrapping_mul(0x1234_5678_9abc_def1));
    let (matches, kind) = random_match(random);
    let table = random.number(8).min(254) as u8;
    let actions = random_actions(random, &Possible { kind, matches: &matches, table });
    let seconds = |random: &mut Random| if random.once_in(4) { random.number(16) as u16 } else { 0 };
    Flow {
        table,
        priority: if random.once_in(3) { Flow::DEFAULT_PRIORITY } else { random.number(16) as u16 },
        cookie: if random.once_in(2) { 0 } else { random.number(64) as u64 },
        idle_timeout_s: seconds(random),
        hard_timeout_s: seconds(random),
        importance: 0,
        flags: FlowFlags {
            send_flow_removed: random.once_in(4),
            check_overlap: random.once_in(8),
            reset_counts: random.once_in(8),
            no_packet_counts: random.once_in(8),
            no_byte_counts: random.once_in(8),
        },
        matches,
        actions,
    }
}
